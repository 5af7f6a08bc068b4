import { cumulative } from '../batches/draw.js'
import type { FusedBatches, FusedSide, Pass } from '../kernels.js'
import { key } from '../random.js'
import { drifts, steps } from '../rules/index.js'
import type { Context } from './context.js'
import { type Lease, openLease } from './lease.js'
import { losses } from './losses.js'
import { follow, powers } from './rules.js'
import { sideFields } from './sides.js'

/** Examples of one block, as in assembly/batches/job.ts. */
const BLOCK = 8

/** Address of a side as assembly/batches/job.ts reads it. */
const sideOf = (work: FusedBatches, side: FusedSide, lease: Lease): number => {
  const height = side.rows.length / side.width
  const slots = lease.bytes(height * 4)
  lease.fill(slots, height * 4, 255)
  const inverse = work.unit ? lease.bytes(height * 4) : 0
  return lease.input(Int32Array.from([...sideFields(work, side, lease), height, inverse, slots]))
}

/** What Adam divides by, for each step of the pass. */
const corrections = ({ rule, rates, step }: FusedBatches) => {
  const paces = new Float32Array(rates.length)
  const scales = new Float32Array(rates.length)
  rates.forEach((rate, number) => {
    const [first, second] = powers(rule, step + number + 1)
    paces[number] = rate / (1 - first)
    scales[number] = 1 / (1 - second)
  })
  return [paces, scales] as const
}

/** A pass of mini-batches: what its steps share is laid out once. */
export const batches = ({ heap, pool, threads }: Context, work: FusedBatches): Pass => {
  const { users, items, negatives, rule, order, batchSize, readings, dropout } = work
  const { count, of } = negatives
  const { width } = users
  const height = items.rows.length / width
  const wide = batchSize * (1 + count * of)
  const blocks = Math.ceil(batchSize / BLOCK)
  const lease = openLease(heap)
  const sums = cumulative(work)
  const lists = batchSize * (1 + count) * 4
  const scores = lease.bytes(lists)
  const given = lease.bytes(lists)
  const lengths = lease.bytes(batchSize * 4)
  const found = lease.bytes(work.rates.length * blocks * 8)
  const cursors = lease.bytes(work.rates.length * 4)
  const [paces, scales] = corrections(work)
  const fields = [
    ...[sideOf(work, users, lease), sideOf(work, items, lease), width * 4],
    ...[lease.input(work.user), lease.input(work.item), work.target ? lease.input(work.target) : 0],
    ...[lease.input(work.owned.start), lease.input(work.owned.index)],
    ...[lease.input(order), order.length, batchSize, losses[work.loss.name], count, of],
    ...[negatives.excludeObserved, work.shared, work.unit].map(Number),
    ...[sums ? lease.input(sums) : 0, negatives.logQ ? lease.input(negatives.logQ) : 0, key(work.key)],
    ...[lease.input(paces), lease.input(scales)],
    ...[lease.bytes(wide * 4), lease.bytes(lists), scores, lengths, given],
    ...[lease.bytes(wide * 4), work.unit ? lease.bytes(wide * 4) : 0],
    ...[lease.bytes(batchSize * width * 4), lease.bytes(batchSize * width * 4), lease.bytes(batchSize * 4)],
    ...[
      found,
      cursors,
      lease.zeros(64),
      steps[rule.name].missed ? lease.input(drifts(rule, work.rates, work.step)) : 0,
    ],
    ...(dropout ? [dropout.width, lease.input(dropout.keys), lease.input(dropout.places)] : [0, 0, 0]),
  ]
  const numbers = [work.offset, ...work.loss.parameters, readings.user, readings.item]
  numbers.push(work.shared ? 0 : 1 / of, dropout?.rate ?? 0)
  const job = lease.bytes(numbers.length * 8 + fields.length * 4)
  heap.float64(job, numbers.length).set(numbers)
  heap.int32(job + numbers.length * 8, fields.length).set(fields)

  // a row belongs to one thread, and one thread may have them all
  const scratch = Array.from({ length: threads }, (_, thread) => {
    const most = (rows: number, read: number) => Math.min(read, thread === 0 ? rows : Math.ceil(rows / threads) + 1)
    const mine = [most(users.rows.length / width, batchSize), most(height, wide)]
    const sizes = mine.flatMap((rows) => [rows * 4, rows * (width * 4 + 16)])
    const groups = Math.ceil((count * of) / 8)
    const found = work.shared ? BLOCK * (1 + groups * 8) : 1 + count * of
    const own = [lease.bytes(found * 4), lease.bytes((1 + count) * 4), lease.zeros((height >> 3) + 8)]
    const shared = [lease.bytes(count * of * 4 + 4), lease.bytes(work.shared ? groups * 8 * width * 4 : 4)]
    return lease.input(Int32Array.from([...own, ...shared, ...sizes.map(lease.bytes)]))
  })

  /** Part `part` of steps `from` … `to` − 1; the sum of what blocks lost. */
  const run = async (from: number, to: number, part: number): Promise<number> => {
    const flops = (to - from) * wide * width * 8
    const team = pool.team(flops)
    const mine = heap.float64(found, (to - from) * blocks)
    mine.fill(0)
    heap.int32(cursors, to - from).fill(0)
    await pool.run(flops, (thread) => [
      follow(rule, 0, 1),
      { kernel: 'batches', args: [job, from, to, part, thread, team, scratch[thread]!] },
    ])
    return mine.reduce((sum, loss) => sum + loss, 0)
  }

  const { listLoss } = work
  if (!listLoss) return { steps: (from, to) => run(from, to, 0), end: lease.end }

  const slopes = new Float64Array(1 + count)
  return {
    async steps(from, to) {
      let sum = 0
      for (let step = from; step < to; step++) {
        await run(step, step + 1, 1)
        const chosen = order.subarray(step * batchSize, (step + 1) * batchSize)
        for (let k = 0; k < chosen.length; k++) {
          const place = k * (1 + count) * 4
          const list = heap.float32(scores + place, heap.int32(lengths, batchSize)[k]!)
          sum += listLoss(list, work.target ? work.target[chosen[k]!]! : 1, slopes)
          heap.float32(given + place, list.length).set(slopes.subarray(0, list.length))
        }
        await run(step, step + 1, 2)
      }
      return sum
    },
    end: lease.end,
  }
}
