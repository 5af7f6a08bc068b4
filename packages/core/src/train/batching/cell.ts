import type { Sparse } from '@recspec/kernels'
import { observed } from '../../dataset/observed.js'
import { Failure } from '../../failure.js'
import type { Head } from '../../graph/graph.js'
import type { History } from '../../program/history.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { positiveHistory } from '../../program/positives.js'
import { unobservedReads } from '../../program/reads.js'
import { type BatchSampler, distinct } from './sampled.js'

/** Limit on the cells that a pass visits one by one. */
const MOST_CELLS = 2 ** 26

/** Examples are the cells of users × items, observed or not. */
export const cellBatchSampler = (program: LoweredProgram, heads: readonly Head[]): BatchSampler => {
  const { users, items } = program.dataset
  const width = items.ids.count
  const count = users.ids.count * width
  if (count > MOST_CELLS)
    throw new Failure(
      'data',
      `a gradient solver would visit all ${users.ids.count} × ${width} = ${count} cells in every pass, more than ${MOST_CELLS}`,
      'use a closed-form solver (imf/als), or a loss that samples negatives',
    )
  const unobserved = unobservedReads(heads[0]!)
  const history = positiveHistory(program.history('user'), program.positives(heads[0]!))
  const has = observed(itemsAscending(history), width)
  const userSlots = new Int32Array(users.ids.count + 1).fill(-1)
  const itemSlots = new Int32Array(width + 1).fill(-1)
  return {
    count,
    sample: (chosen) => {
      const user = chosen.map((cell) => Math.floor(cell / width))
      const item = chosen.map((cell) => cell % width)
      const seen = chosen.map((_, k) => (has(user[k]!, item[k]!) ? 1 : 0))
      const reads = Float32Array.from(seen, (is) => is + unobserved)
      const byUser = distinct(user, userSlots)
      const byItem = distinct(item, itemSlots)
      return {
        batch: {
          users: { entities: byUser.values },
          items: { entities: byItem.values },
          user: byUser.index,
          item: byItem.index,
          pairs: chosen.length,
        },
        examples: chosen.length,
        scores: [chosen.length],
        // the values of repeated events of one cell are summed, such as play counts
        values: (ofEvents) =>
          Float32Array.from(chosen, (_, k) => (seen[k] ? sumOf(history, user[k]!, item[k]!, ofEvents) : 0)),
        positive: Float32Array.from(seen),
        reads: () => ({ user: reads, item: reads, event: reads }),
      }
    },
  }
}

/** The items of each user, ascending. */
const itemsAscending = ({ start, other }: History): Sparse => {
  const index = other.slice()
  for (let user = 0; user + 1 < start.length; user++) index.subarray(start[user], start[user + 1]).sort()
  return { start, index }
}

const sumOf = ({ start, other, event }: History, user: number, item: number, ofEvents: Float32Array): number => {
  let sum = 0
  for (let place = start[user]!; place < start[user + 1]!; place++)
    if (other[place] === item) sum += ofEvents[event[place]!]!
  return sum
}
