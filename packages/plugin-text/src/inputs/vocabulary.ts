import type { Cell } from '@recspec/core'
import { bucketOf } from './bucket.js'
import type { TokensParams } from './params.js'
import type { Tokenize } from './tokenizer.js'

/** What is learned: enough to encode any text without the data. */
export interface Vocabulary {
  /** The known tokens; the token at index k has row k + 1. Empty where tokens are hashed. */
  readonly tokens: readonly string[]
  /** Contents of the `tokenizer.json` that splits texts, where it is not a built-in one. */
  readonly tokenizer?: unknown
  /** The weight of each row from row 1 on, with `weights`. */
  readonly idf?: readonly number[]
}

/** The most frequent tokens of cells, each of which counts as often as it occurs; ties in the order of code units. */
export const frequentTokens = (
  { vocabulary, minCount }: TokensParams,
  cells: ReadonlyMap<Cell, number>,
  tokenize: Tokenize,
): readonly string[] => {
  const counts = new Map<string, number>()
  for (const [cell, times] of cells)
    for (const token of tokenize(cell)) if (token !== '') counts.set(token, (counts.get(token) ?? 0) + times)
  const frequent = [...counts].filter(([, count]) => count >= minCount)
  frequent.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return frequent.slice(0, vocabulary).map(([token]) => token)
}

/** Row 0 is padding; then come the rows of known tokens or of buckets, and the row of unknown tokens if they have one. */
export const heightOf = ({ hash, unknown }: TokensParams, { tokens }: Vocabulary): number =>
  1 + (hash ?? tokens.length) + (unknown === 'row' ? 1 : 0)

/** The token of each row; undefined for padding, buckets and unknown tokens. */
export const rowLabels = (params: TokensParams, vocabulary: Vocabulary): readonly (string | undefined)[] =>
  Array.from({ length: heightOf(params, vocabulary) }, (_, row) => vocabulary.tokens[row - 1])

/** The rows of tokens, in order. */
export const rowsOf = (params: TokensParams, vocabulary: Vocabulary, tokens: readonly string[]): readonly number[] => {
  const { hash, unknown } = params
  const known = knownRows(vocabulary)
  const rowOf = (token: string) =>
    hash === undefined ? known.get(token) : token === '' ? undefined : 1 + bucketOf(token, hash)
  const unknownRow = unknown === 'row' ? heightOf(params, vocabulary) - 1 : undefined
  return tokens.map((token) => rowOf(token) ?? unknownRow).filter((row) => row !== undefined)
}

const made = new WeakMap<Vocabulary, ReadonlyMap<string, number>>()

/** The row of each known token, computed once for each vocabulary. */
const knownRows = (vocabulary: Vocabulary): ReadonlyMap<string, number> => {
  const found = made.get(vocabulary)
  if (found) return found
  const rows = new Map(vocabulary.tokens.map((token, place) => [token, place + 1]))
  made.set(vocabulary, rows)
  return rows
}
