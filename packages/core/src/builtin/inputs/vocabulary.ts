/** Distinct texts in a fixed order; text k has row k + 1. */
export interface Vocabulary {
  readonly values: readonly string[]
}

/** The distinct texts sorted by code unit, independent of the order of the data. */
export const vocabularyOf = (texts: Iterable<string>): Vocabulary => ({ values: [...new Set(texts)].sort() })

const indexes = new WeakMap<Vocabulary, ReadonlyMap<string, number>>()

/** The row of a text, 0 where it is not in the vocabulary. */
export const rowOf = (vocabulary: Vocabulary, text: string): number => {
  let index = indexes.get(vocabulary)
  if (!index) {
    index = new Map(vocabulary.values.map((value, place) => [value, place + 1]))
    indexes.set(vocabulary, index)
  }
  return index.get(text) ?? 0
}
