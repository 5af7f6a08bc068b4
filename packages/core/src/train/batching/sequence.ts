import { key, permutation } from '@recspec/kernels'
import type { Examples } from '../../contract/loss.js'
import { Failure } from '../../failure.js'
import type { Head } from '../../graph/graph.js'
import { type SequencePlan, sequencePlan } from '../../graph/sequences.js'
import type { History } from '../../program/history.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { eventBatchSampler } from './event.js'
import { type BatchSampler, extended } from './sampled.js'

/**
 * Examples are users' sequences of events in time order, in pieces of at most as many steps as their histories are
 * long. A piece is read once; the events after its steps, and the first event of a user, are scored as events are by
 * `eventBatchSampler`.
 */
export const sequenceBatchSampler = (
  program: LoweredProgram,
  heads: readonly Head[],
  examples: Examples,
): BatchSampler => {
  const plan = planOf(program, heads)
  const history = program.history('user')
  const { event } = history
  const pieces = piecesOf(history, plan.length ?? Number.POSITIVE_INFINITY)
  const events = eventBatchSampler(program, heads, examples)
  return {
    count: pieces.from.length,
    examples: event.length,
    order: (random, batchSize) => byLength(permutation(pieces.from.length, random), pieces.steps, batchSize, random),
    sample: (chosen, random, step) => {
      const from = new Int32Array(chosen.length + 1)
      const steps = new Int32Array(chosen.length + 1)
      let longest = 1
      let scored = 0
      for (let k = 0; k < chosen.length; k++) {
        const piece = chosen[k]!
        from[k] = pieces.from[piece]!
        steps[k] = pieces.steps[piece]!
        longest = Math.max(longest, steps[k]!)
        scored += steps[k]! + pieces.first[piece]!
      }
      const length = longest
      const rows = new Int32Array(scored)
      const state = new Int32Array(scored)
      for (let k = 0, at = 0; k < chosen.length; k++)
        for (let seen = 1 - pieces.first[chosen[k]!]!; seen <= steps[k]!; seen++, at++) {
          rows[at] = event[from[k]! + seen]!
          // before its first event a user has the state of the empty sequence
          state[at] = seen === 0 ? chosen.length * length : k * length + seen - 1
        }
      const sampled = events.sample(rows, random, step)
      const sequences = { plan, from, steps, length, state }
      return extended(sampled, { batch: extended(sampled.batch, { sequences }) })
    },
  }
}

/** Batches whose pieces are sorted by length together. */
const WINDOW = 8

/**
 * A permutation of pieces in which those of a batch are of similar length, so that little of it is padding: windows of
 * some batches are sorted by length, and their batches are put in random order.
 */
const byLength = (order: Int32Array, steps: Int32Array, batchSize: number, random: number): Int32Array => {
  const out = new Int32Array(order.length)
  for (let from = 0; from < order.length; from += WINDOW * batchSize) {
    const sorted = order.slice(from, from + WINDOW * batchSize).sort((a, b) => steps[a]! - steps[b]! || a - b)
    // a batch that is not full stays last
    const full = Math.floor(sorted.length / batchSize)
    const batches = permutation(full, key(random, from, 0x4c45))
    for (let batch = 0; batch < full; batch++)
      out.set(sorted.subarray(batches[batch]! * batchSize, (batches[batch]! + 1) * batchSize), from + batch * batchSize)
    out.set(sorted.subarray(full * batchSize), from + full * batchSize)
  }
  return out
}

/** The plan of heads that share their examples. */
const planOf = (program: LoweredProgram, heads: readonly Head[]): SequencePlan => {
  const plans = heads.map((head) => sequencePlan(program.graph, head))
  const [obstacle] = plans.flatMap(({ obstacles }) => obstacles)
  if (obstacle) throw new Failure('training', `"${obstacle.name}" cannot be read as a sequence: it ${obstacle.reason}`)
  return { ...plans[0]!, params: new Map(plans.flatMap(({ params }) => [...params])) }
}

/** Pieces of the histories of users: `first` is 1 where a piece begins with the user's first event. */
interface Pieces {
  readonly from: Int32Array
  readonly steps: Int32Array
  readonly first: Uint8Array
}

/** A user of n events has n − 1 steps: after the last event nothing is scored. One piece where that is none. */
const piecesOf = ({ start }: History, longest: number): Pieces => {
  let count = 0
  const each = (visit: (from: number, steps: number, first: boolean) => void) => {
    for (let user = 0; user + 1 < start.length; user++) {
      const last = start[user + 1]! - 1
      for (let from = start[user]!; from < last || from === start[user]; from += longest) {
        if (from > last) break
        visit(from, Math.min(longest, last - from), from === start[user])
      }
    }
  }
  each(() => count++)
  const pieces = { from: new Int32Array(count), steps: new Int32Array(count), first: new Uint8Array(count) }
  let piece = 0
  each((from, steps, first) => {
    pieces.from[piece] = from
    pieces.steps[piece] = steps
    pieces.first[piece++] = first ? 1 : 0
  })
  return pieces
}
