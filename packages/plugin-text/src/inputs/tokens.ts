import { type Cell, input, Type } from '@recspec/core'
import { tokenize } from './tokenize.js'

/** The learned words; the word at index k has row k + 1. */
export interface Vocabulary {
  readonly tokens: readonly string[]
}

/** The row of each word, computed once for each vocabulary. */
const rowMaps = new WeakMap<Vocabulary, ReadonlyMap<string, number>>()

const rowsOf = (vocabulary: Vocabulary): ReadonlyMap<string, number> => {
  const known = rowMaps.get(vocabulary)
  if (known) return known
  const rows = new Map(vocabulary.tokens.map((token, position) => [token, position + 1]))
  rowMaps.set(vocabulary, rows)
  return rows
}

/** The words of a text as rows of a table [maxLength], in order; unknown words are skipped. */
export const tokens = input({
  summary: 'The words of a text in order, each a row of a table; unknown words are skipped.',
  params: Type.Object(
    {
      maxLength: Type.Integer({
        default: 16,
        minimum: 1,
        maximum: 4096,
        description: 'maximum number of known words that are read of a text',
      }),
      vocabulary: Type.Integer({
        default: 5000,
        minimum: 1,
        maximum: 10_000_000,
        description: 'maximum number of known words: the most frequent in training rows',
      }),
      minCount: Type.Integer({
        default: 1,
        minimum: 1,
        maximum: 1_000_000_000,
        description: 'words with fewer occurrences in training rows are unknown',
      }),
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
      for (const token of tokensIn(cell)) counts.set(token, (counts.get(token) ?? 0) + times)
    const frequent = [...counts].filter(([, count]) => count >= minCount)
    frequent.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    return { tokens: frequent.slice(0, vocabulary).map(([token]) => token) }
  },
  height: (_, state) => state.tokens.length + 1,
  encode({ maxLength }, state, value) {
    const known = rowsOf(state)
    const rows: number[] = []
    for (const token of tokensIn(value as Cell)) {
      const row = known.get(token)
      if (row !== undefined) rows.push(row)
      if (rows.length === maxLength) break
    }
    return { rows }
  },
})

const tokensIn = (cell: Cell) => (cell === undefined ? [] : tokenize(String(cell)))
