import { cumulativePopularity } from '../batches/negatives.js'
import { constants, lossCodes } from '../boundary.generated.js'
import type { BatchPass, FusedBatches, FusedSide } from '../fused.js'
import { key } from '../random.js'
import { call, invoke, readAddress } from './calls.js'
import type { Context } from './context.js'
import { betaPowers, setOptimizer } from './optimizers.js'
import { openScratch, type Scratch } from './scratch.js'
import { sideAddresses } from './sides.js'

const { BLOCK } = constants['batches/layout']

/** What a call of the kernel does, as assembly/batches/index.ts says. */
const WHOLE = 0
const SCORES = 1
const UPDATE = 2

/** Address of the record of a side. */
const sideRecord = (work: FusedBatches, side: FusedSide, scratch: Scratch): number => {
  const height = side.rows.length / side.width
  const sumIndex = scratch.bytes(height * 4)
  scratch.fill(sumIndex, height * 4, 255)
  const inverseNorms = work.normalized ? scratch.bytes(height * 4) : 0
  return scratch.records('BatchSide', [{ ...sideAddresses(work, side, scratch), height, inverseNorms, sumIndex }])
}

/** Learning rate over Adam's first bias correction and 1 over its second, for each step of the pass. */
const stepSizesOf = ({ optimizer, rates, step }: FusedBatches) => {
  const stepSizes = new Float32Array(rates.length)
  const varianceScales = new Float32Array(rates.length)
  rates.forEach((rate, number) => {
    const [first, second] = betaPowers(optimizer, step + number + 1)
    stepSizes[number] = rate / (1 - first)
    varianceScales[number] = 1 / (1 - second)
  })
  return { stepSizes, varianceScales }
}

/** The record of a pass with its scratch, and the scratch of every thread: addresses. */
const layOut = ({ heap, pool: { here }, threads }: Context, work: FusedBatches, scratch: Scratch) => {
  const { users, items, negatives, optimizer, loss, dropout, positives, readings, rates } = work
  const { deferred } = optimizer.rule
  const sums = cumulativePopularity(work)
  const { stepSizes, varianceScales } = stepSizesOf(work)
  const job = scratch.records('BatchJob', [
    {
      offset: work.offset,
      first: loss.parameters[0],
      second: loss.parameters[1],
      readUser: readings.user,
      readItem: readings.item,
      readCandidate: work.shared ? 0 : 1 / negatives.hard,
      dropoutRate: dropout?.rate ?? 0,
      users: sideRecord(work, users, scratch),
      items: sideRecord(work, items, scratch),
      width: users.width * 4,
      user: scratch.input(work.user),
      item: scratch.input(work.item),
      target: work.target ? scratch.input(work.target) : 0,
      observedStart: scratch.input(work.observed.start),
      observedIndex: scratch.input(work.observed.index),
      order: scratch.input(work.order),
      examples: work.order.length,
      batchSize: work.batchSize,
      loss: lossCodes[loss.name],
      negatives: negatives.count,
      hard: negatives.hard,
      excludeObserved: negatives.excludeObserved ? 1 : 0,
      shared: work.shared ? 1 : 0,
      normalized: work.normalized ? 1 : 0,
      cumulative: sums ? scratch.input(sums) : 0,
      logQ: negatives.logQ ? scratch.input(negatives.logQ) : 0,
      base: key(work.key),
      stepSizes: scratch.input(stepSizes),
      varianceScales: scratch.input(varianceScales),
      catchUpTable: deferred ? scratch.input(deferred.table(optimizer.parameters, rates, work.step)) : 0,
      dropoutWidth: dropout?.width ?? 0,
      dropoutFirst: dropout?.first ? 1 : 0,
      dropoutKeys: dropout ? scratch.input(dropout.keys) : 0,
      dropoutRows: dropout ? scratch.input(dropout.rows) : 0,
      positivesStart: positives ? scratch.input(positives.start) : 0,
      positivesItem: positives ? scratch.input(positives.index) : 0,
      // openBatchJob sets the rest
      ...{ reads: 0, listColumns: 0, scores: 0, lengths: 0, hostSlopes: 0, slopes: 0, radials: 0 },
      ...{ userVectors: 0, userGradients: 0, userRadials: 0, userInverseNorms: 0, losses: 0, cursors: 0, barrier: 0 },
    },
  ])
  const steps = rates.length
  invoke(here, 'openBatchJob', {
    job,
    steps,
    place: scratch.bytes(invoke(here, 'openBatchJob', { job, steps, place: 0 })),
  })
  const own = Array.from({ length: threads }, (_, thread) => {
    const place = scratch.bytes(invoke(here, 'openBatchScratch', { job, thread, threads, place: 0 }))
    invoke(here, 'openBatchScratch', { job, thread, threads, place })
    return place
  })
  const addressOf = (field: 'scores' | 'lengths' | 'hostSlopes' | 'losses' | 'cursors') =>
    readAddress(heap.memory.buffer, 'BatchJob', job, field)
  return {
    ...{ job, own, scores: addressOf('scores'), lengths: addressOf('lengths') },
    ...{ hostSlopes: addressOf('hostSlopes'), losses: addressOf('losses'), cursors: addressOf('cursors') },
  }
}

/** Opens a pass of mini-batches; what its steps share is laid out once. */
export const batches = (context: Context, work: FusedBatches): BatchPass => {
  const { heap, pool } = context
  const { negatives, optimizer, order, batchSize, listLoss } = work
  const { count, hard } = negatives
  const scratch = openScratch(heap)
  const open = () => {
    try {
      return layOut(context, work, scratch)
    } catch (error) {
      scratch.discard()
      throw error
    }
  }
  const { job, own, scores, lengths, hostSlopes, losses, cursors } = open()
  const blocks = Math.ceil(batchSize / BLOCK)

  /** Steps `from` … `to` − 1, or a part of them; returns the loss of all blocks. */
  const run = async (from: number, to: number, part: number): Promise<number> => {
    const flops = (to - from) * batchSize * (1 + count * hard) * work.users.width * 8
    const team = pool.team(flops)
    const blockLosses = heap.float64(losses, (to - from) * blocks)
    blockLosses.fill(0)
    heap.int32(cursors, to - from).fill(0)
    await pool.run(flops, (thread) => [
      setOptimizer(optimizer, 0, 1),
      call('batches', { job, from, to, part, thread, team, scratch: own[thread]! }),
    ])
    return blockLosses.reduce((sum, loss) => sum + loss, 0)
  }

  if (!listLoss) return { steps: (from, to) => run(from, to, WHOLE), end: scratch.release }

  const slopes = new Float64Array(1 + count)
  return {
    async steps(from, to) {
      let sum = 0
      for (let step = from; step < to; step++) {
        await run(step, step + 1, SCORES)
        const chosen = order.subarray(step * batchSize, (step + 1) * batchSize)
        for (let k = 0; k < chosen.length; k++) {
          const place = k * (1 + count) * 4
          const list = heap.float32(scores + place, heap.int32(lengths, batchSize)[k]!)
          sum += listLoss(list, work.target ? work.target[chosen[k]!]! : 1, slopes)
          heap.float32(hostSlopes + place, list.length).set(slopes.subarray(0, list.length))
        }
        await run(step, step + 1, UPDATE)
      }
      return sum
    },
    end: scratch.release,
  }
}
