import { callRefusing, isSentence } from '../blame.js'
import { Failure } from '../failure.js'
import type { EmbeddingNode } from '../graph/graph.js'
import type { Steps } from './along.js'
import type { Lookup, Sequences } from './batch.js'
import { checkRows } from './checkrows.js'
import { type HistorySource, historyHeight, interactionsAt } from './lookup.js'

/** The row of every event in the histories of users, and its weight where one is not 1. */
export interface HistorySteps {
  readonly rows: Int32Array
  readonly weights?: Float32Array
}

/** Encodes the histories of users whole, in pieces of the length of the input. */
export const historySteps = ({ input, use, history, reads }: HistorySource): HistorySteps => {
  const { definition, params, shape, name } = input.node
  const { start, other } = history
  const height = historyHeight(input, reads)
  const longest = typeof shape[0] === 'number' ? shape[0] : Number.POSITIVE_INFINITY
  const rows = new Int32Array(other.length)
  const weights = new Float32Array(other.length).fill(1)
  const encode = (from: number, to: number) => {
    const seen = interactionsAt(
      history,
      reads,
      Int32Array.from({ length: to - from }, (_, k) => from + k),
    )
    try {
      return callRefusing(use, () => definition.encode(params, input.state, seen))
    } catch (error) {
      throw isSentence(error) ? new Failure('data', `input "${name}": ${error.message}`) : error
    }
  }
  for (let user = 0; user + 1 < start.length; user++)
    for (let from = start[user]!; from < start[user + 1]!; from += longest) {
      const to = Math.min(from + longest, start[user + 1]!)
      const encoded = encode(from, to)
      const found = checkRows(use, encoded, shape, height)
      if (found.length !== to - from)
        throw new Failure(
          'data',
          `input "${name}" leaves out ${to - from - found.length} of ${to - from} events of a user, and a head with "examples": "sequences" reads it`,
          'fill in the missing values of its column, or remove "examples"',
        )
      rows.set(found, from)
      if (encoded.values) weights.set(encoded.values, from)
    }
  return weights.every((weight) => weight === 1) ? { rows } : { rows, weights }
}

/** The entries of the input that a history reads, at every step of whole sequences. */
export const sequenceEntries = ({ rows }: HistorySteps, { from, steps, length }: Sequences): Steps => {
  const entries = new Int32Array(from.length * length)
  const mask = new Float32Array(entries.length)
  for (let k = 0; k < from.length; k++) {
    entries.set(rows.subarray(from[k]!, from[k]! + steps[k]!), k * length)
    mask.fill(1, k * length, k * length + steps[k]!)
  }
  return { entries, length, mask }
}

/** The lookup of a history embedding for whole sequences; rows are padded with row 0. */
export const sequenceLookup = (
  node: EmbeddingNode,
  { rows, weights }: HistorySteps,
  { from, steps, length }: Sequences,
): Lookup => {
  const out = new Int32Array(from.length * length)
  const mask = new Float32Array(out.length)
  const scale = node.combine && weights ? new Float32Array(out.length) : undefined
  for (let k = 0; k < from.length; k++) {
    const end = from[k]! + steps[k]!
    out.set(rows.subarray(from[k]!, end), k * length)
    mask.fill(1, k * length, k * length + steps[k]!)
    scale?.set(weights!.subarray(from[k]!, end), k * length)
  }
  return { of: 'sequence', rows: out, length, mask, ...(scale ? { weights: scale } : {}) }
}
