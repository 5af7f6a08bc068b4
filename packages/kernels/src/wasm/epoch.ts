import { plan } from '../epoch/plan.js'
import type { FusedEpoch } from '../kernels.js'
import { steps } from '../rules/index.js'
import { type Context, shared } from './context.js'
import { openLease } from './lease.js'
import { losses } from './losses.js'
import { follow, powers } from './rules.js'
import { sideFields } from './sides.js'

/** Bytes of the first segments if they are the same lanes on both sides and a row of them has one rate: assembly/pair.ts moves three at once; else 0. */
const paired = ({ users, items, rule }: FusedEpoch): number => {
  const [one, other] = [users.segments[0], items.segments[0]]
  const alike = one?.trained && other?.trained && one.from === 0 && other.from === 0 && one.width === other.width
  const single = steps[rule.name].wholeRow?.(rule.parameters) ?? false
  return alike && one.width % 4 === 0 && single ? one.width * 4 : 0
}

/** Per-example descent over all events once. */
export const epoch = async ({ heap, pool, threads }: Context, work: FusedEpoch): Promise<number> => {
  const { users, items, events, negatives, rule } = work
  const cut = plan(work)
  const { grid } = cut
  const height = items.rows.length / items.width
  const count = events.start.length - 1
  const lease = openLease(heap)
  try {
    const sums = lease.zeros(grid * 8)
    const tallies = lease.zeros(grid * grid * 4)
    const arrays = [cut.bounds, cut.pool, cut.edges, cut.group].map((array) => lease.input(array))
    const fields = [
      ...sideFields(work, users, lease),
      ...sideFields(work, items, lease),
      users.width * 4,
      ...[lease.input(events.start), lease.input(events.index), events.values ? lease.input(events.values) : 0],
      ...[losses[work.loss.name], negatives.count, negatives.of, negatives.excludeObserved ? 1 : 0],
      ...[negatives.logQ ? lease.input(negatives.logQ) : 0, grid],
      ...arrays,
      cut.cumulative ? lease.input(cut.cumulative) : 0,
      cut.base,
      ...[lease.bytes(events.index.length * 4), lease.bytes((count + 1) * (grid + 1) * 4), sums, tallies],
      steps[rule.name].powers ? 1 : 0,
      paired(work),
    ]
    const numbers = [work.offset, ...work.loss.parameters, work.rate, rule.parameters[0], rule.parameters[1]]
    numbers.push(work.readings.user, work.readings.item)
    const job = lease.bytes(numbers.length * 8 + fields.length * 4)
    heap.float64(job, numbers.length).set(numbers)
    heap.int32(job + numbers.length * 8, fields.length).set(fields)

    const each = (bytes: number) => Array.from({ length: threads }, () => lease.zeros(bytes))
    const list = (1 + negatives.count) * 4
    const scratch = Array.from({ length: threads }, () => {
      const bits = Math.ceil((height + 1) / 32) * 4
      const sizes = [users.width * 4, list + 4, list, list, bits, bits]
      return lease.input(Int32Array.from(sizes, (bytes) => lease.zeros(bytes)))
    })
    const cursor = lease.zeros(64)
    const flops = events.index.length * (1 + negatives.count) * users.width * 8
    await pool.run(flops, shared('bucket', [job], each(grid * 4), cursor))

    const counts = heap.int32(tallies, grid * grid)
    let sum = 0
    let done = 0
    for (let stratum = 0; stratum < grid; stratum++) {
      heap.int32(cursor, 1)[0] = 0
      const step = work.step + done
      const [first, second] = powers(rule, step)
      await pool.run(flops / grid, (t) => [
        follow(rule, work.rate, step),
        { kernel: 'stratum', args: [job, stratum, first, second, scratch[t]!, cursor] },
      ])
      for (const loss of heap.float64(sums, grid)) sum += loss
      for (let b = 0; b < grid; b++) done += counts[b * grid + ((b + stratum) % grid)]!
    }
    return sum
  } finally {
    lease.end()
  }
}
