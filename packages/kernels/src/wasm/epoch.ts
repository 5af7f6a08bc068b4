import { penalties, plan } from '../epoch/plan.js'
import type { FusedEpoch, FusedLoss, FusedSide } from '../kernels.js'
import { slots } from '../rules/index.js'
import { type Context, shared } from './context.js'
import { type Lease, openLease } from './lease.js'
import { follow, powers } from './rules.js'

/** Codes of assembly/losses.ts. */
const codes: Readonly<Record<FusedLoss, number>> = { squares: 0, absolute: 1, logistic: 2, bpr: 3 }

/** A side's fields of the job: its rows, its trained segments as `Segment` of assembly/epoch.ts, and how many. */
const sideFields = (work: FusedEpoch, side: FusedSide, lease: Lease): readonly number[] => {
  const factors = penalties(side)
  const segments = side.segments.flatMap(({ from, width, trained, nu }, s) => {
    if (!trained) return []
    const state = side.state[s]!
    // nu 1: one number serves every row
    const factor = nu === 1 ? factors[s]!.subarray(0, 1) : factors[s]!
    const memory = state.length > 0 ? lease.output(state, true) : 0
    return [from * 4, width * 4, memory, slots(work.rule, width) * 4, lease.input(factor), nu === 1 ? 0 : 4]
  })
  return [lease.output(side.rows, true), lease.input(Int32Array.from(segments)), segments.length / 6]
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
      ...[codes[work.loss], negatives.count, negatives.excludeObserved ? 1 : 0, grid],
      ...arrays,
      cut.cumulative ? lease.input(cut.cumulative) : 0,
      ...[cut.base, cut.orders],
      ...[lease.bytes(events.index.length * 4), lease.bytes((count + 1) * (grid + 1) * 4), sums, tallies],
      rule.name === 'adam' ? 1 : 0,
    ]
    const numbers = [work.offset, work.rate, rule.parameters[0], rule.parameters[1]]
    const job = lease.bytes(numbers.length * 8 + fields.length * 4)
    heap.float64(job, numbers.length).set(numbers)
    heap.int32(job + numbers.length * 8, fields.length).set(fields)

    const each = (bytes: number) => Array.from({ length: threads }, () => lease.zeros(bytes))
    const most = cut.bounds.reduce((most, bound, g) => (g > 0 ? Math.max(most, bound - cut.bounds[g - 1]!) : 0), 0)
    const rows = each(users.width * 4)
    const owned = each(Math.ceil((height + 1) / 32) * 4)
    const order = each(most * 4 + 4)
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
        { kernel: 'stratum', args: [job, stratum, first, second, rows[t]!, owned[t]!, order[t]!, cursor] },
      ])
      for (const loss of heap.float64(sums, grid)) sum += loss
      for (let b = 0; b < grid; b++) done += counts[b * grid + ((b + stratum) % grid)]!
    }
    return sum
  } finally {
    lease.end()
  }
}
