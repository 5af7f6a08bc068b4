/** Distinct texts in a fixed order; the n-th has row n + 1. */
export interface Vocabulary {
  readonly values: readonly string[]
}

/** The vocabulary of some texts: sorted by code unit, so that the order of the data does not matter. */
export const vocabularyOf = (texts: Iterable<string>): Vocabulary => ({ values: [...new Set(texts)].sort() })

const indexes = new WeakMap<Vocabulary, ReadonlyMap<string, number>>()

/** The row of a text, 0 when the vocabulary does not have it. */
export const rowOf = (vocabulary: Vocabulary, text: string): number => {
  let index = indexes.get(vocabulary)
  if (!index) {
    index = new Map(vocabulary.values.map((value, place) => [value, place + 1]))
    indexes.set(vocabulary, index)
  }
  return index.get(text) ?? 0
}
