import { type Cell, input, Type } from '@recspec/core'
import { split } from './split.js'

/** Known words; the word at position k has row k + 1. */
export interface Vocabulary {
  readonly tokens: readonly string[]
}

const indices = new WeakMap<Vocabulary, ReadonlyMap<string, number>>()

const indexOf = (vocabulary: Vocabulary): ReadonlyMap<string, number> => {
  const known = indices.get(vocabulary)
  if (known) return known
  const made = new Map(vocabulary.tokens.map((token, position) => [token, position + 1]))
  indices.set(vocabulary, made)
  return made
}

/** A text as rows of its words, in order; words that training rows do not have are left out. */
export const tokens = input({
  summary: 'The words of a text, each a row of a table; unknown words are left out.',
  params: Type.Object(
    {
      maxLength: Type.Integer({ default: 16, minimum: 1, maximum: 4096, description: 'words that are read' }),
      vocabulary: Type.Integer({
        default: 5000,
        minimum: 1,
        maximum: 10_000_000,
        description: 'words that are known: the most frequent of training rows',
      }),
      minCount: Type.Integer({ default: 1, minimum: 1, description: 'rarer words are unknown' }),
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: ({ maxLength }) => [maxLength],
  learn({ vocabulary, minCount }, { training }): Vocabulary {
    const cells = new Map<Cell, number>()
    for (const cell of training) cells.set(cell, (cells.get(cell) ?? 0) + 1)
    const counts = new Map<string, number>()
    for (const [cell, times] of cells)
      for (const token of words(cell)) counts.set(token, (counts.get(token) ?? 0) + times)
    const frequent = [...counts].filter(([, count]) => count >= minCount)
    frequent.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    return { tokens: frequent.slice(0, vocabulary).map(([token]) => token) }
  },
  height: (_, state) => state.tokens.length + 1,
  encode({ maxLength }, state, value) {
    const known = indexOf(state)
    const rows: number[] = []
    for (const token of words(value as Cell)) {
      const row = known.get(token)
      if (row !== undefined) rows.push(row)
      if (rows.length === maxLength) break
    }
    return { rows }
  },
})

const words = (cell: Cell) => (cell === undefined ? [] : split(String(cell)))
