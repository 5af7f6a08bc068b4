import { lossCodes } from '../boundary.generated.js'
import type { FusedEpoch } from '../fused.js'
import { plan } from '../strata/plan.js'
import { call, invoke, perThread } from './calls.js'
import type { Context } from './context.js'
import { betaPowers, setOptimizer } from './optimizers.js'
import { withScratchAsync } from './scratch.js'
import { sideAddresses } from './sides.js'

/**
 * Bytes of the first segment of both sides if assembly/triplet.ts can update it, else 0: the same lanes on both sides,
 * and an optimizer with one step size a row.
 */
const pairedBytes = ({ users, items, optimizer: { rule, parameters } }: FusedEpoch): number => {
  const [one, other] = [users.segments[0], items.segments[0]]
  const alike = one?.trained && other?.trained && one.from === 0 && other.from === 0 && one.width === other.width
  const single = rule.oneStepSize?.(parameters) ?? false
  return alike && one.width % 4 === 0 && single ? one.width * 4 : 0
}

/** Per-example descent over all events once. */
export const epoch = async ({ heap, pool, threads }: Context, work: FusedEpoch): Promise<number> => {
  const { users, items, events, negatives, optimizer, loss } = work
  const cut = plan(work)
  const { grid } = cut
  const count = events.start.length - 1
  return withScratchAsync(heap, async (scratch) => {
    const [userSide, itemSide] = [sideAddresses(work, users, scratch), sideAddresses(work, items, scratch)]
    const sums = scratch.zeros(grid * 8)
    const tallies = scratch.zeros(grid * grid * 4)
    const job = scratch.records('StrataJob', [
      {
        offset: work.offset,
        first: loss.parameters[0],
        second: loss.parameters[1],
        rate: work.rate,
        beta1: optimizer.parameters[0],
        beta2: optimizer.parameters[1],
        readUser: work.readings.user,
        readItem: work.readings.item,
        users: userSide.rows,
        userSegments: userSide.segments,
        userCount: userSide.segmentCount,
        items: itemSide.rows,
        itemSegments: itemSide.segments,
        itemCount: itemSide.segmentCount,
        height: items.rows.length / items.width,
        width: users.width * 4,
        start: scratch.input(events.start),
        index: scratch.input(events.index),
        values: events.values ? scratch.input(events.values) : 0,
        loss: lossCodes[loss.name],
        negatives: negatives.count,
        hard: negatives.hard,
        excludeObserved: negatives.excludeObserved ? 1 : 0,
        logQ: negatives.logQ ? scratch.input(negatives.logQ) : 0,
        grid,
        bounds: scratch.input(cut.bounds),
        pool: scratch.input(cut.pool),
        edges: scratch.input(cut.edges),
        group: scratch.input(cut.group),
        cumulative: cut.cumulative ? scratch.input(cut.cumulative) : 0,
        base: cut.base,
        corrected: optimizer.rule.betaPowers ? 1 : 0,
        paired: pairedBytes(work),
        place: scratch.bytes(events.index.length * 4),
        offsets: scratch.bytes((count + 1) * (grid + 1) * 4),
        sums,
        tallies,
      },
    ])
    const bytes = invoke(pool.here, 'openStrataScratch', { job, place: 0 })
    const own = Array.from({ length: threads }, () => {
      const place = scratch.bytes(bytes)
      invoke(pool.here, 'openStrataScratch', { job, place })
      return place
    })
    const cursor = scratch.cursor()
    const flops = events.index.length * (1 + negatives.count) * users.width * 8
    await pool.run(flops, perThread('bucket', { job }, own, cursor))

    const counts = heap.int32(tallies, grid * grid)
    let sum = 0
    let done = 0
    for (let number = 0; number < grid; number++) {
      heap.int32(cursor, 1)[0] = 0
      const step = work.step + done
      const [power1, power2] = betaPowers(optimizer, step)
      await pool.run(flops / grid, (t) => [
        setOptimizer(optimizer, work.rate, step),
        call('stratum', { job, number, power1, power2, scratch: own[t]!, cursor }),
      ])
      for (const loss of heap.float64(sums, grid)) sum += loss
      for (let b = 0; b < grid; b++) done += counts[b * grid + ((b + number) % grid)]!
      await work.onStratum?.(done, sum)
    }
    return sum
  })
}
