import { fusedKernels, key, MAX_STEPS, permutation, type Sparse, updatesUnreadRows } from '@recspec/kernels'
import { blame, lossUse, type OperatorUse } from '../../blame.js'
import type { Slope } from '../../contract/loss.js'
import { taken } from '../../dataset/column.js'
import { Failure } from '../../failure.js'
import { distinct } from '../batching/sampled.js'
import type { Executor } from '../executor.js'
import { opKey } from '../tfjs/gradients.js'
import { yieldToEventLoop } from '../yield.js'
import type { Fused } from './plan.js'
import type { FusedTraining } from './training.js'

/** Pairs × width of one kernel call; the signal is checked between calls. */
const WORK_PER_CALL = 2e8

/** Mini-batches in the fused kernel: the same steps as on tfjs. */
export const minibatchExecutor = (training: FusedTraining, batchSize: number): Executor => {
  const { plan, program, run, model, slope, negatives, begin, end, state } = training
  const { dataset, kernels } = program
  const { events } = dataset
  const positives = program.positives(plan.head)
  const examples = positives?.length ?? events.count
  const steps = Math.ceil(examples / batchSize)
  const owned = program.interactions('user')
  const start = kernels.int32(owned.start.length + 1)
  start.set(owned.start, 1)
  const rowsOf = (indices: Int32Array) => {
    const rows = kernels.int32(indices.length)
    for (let place = 0; place < indices.length; place++) rows[place] = indices[place]! + 1
    return rows
  }
  const constant = {
    user: rowsOf(events.user),
    item: rowsOf(events.item),
    observed: { start, index: rowsOf(owned.index) },
    normalized: plan.normalized,
    shared: negatives?.shared ?? false,
    batchSize,
    ...('list' in slope ? { listLoss: blamedSlope(lossUse(program.graph, plan.head), slope.list) } : {}),
  }
  const target = program.target(plan.head)
  if (steps > MAX_STEPS && updatesUnreadRows(model.optimizer))
    throw new Failure('data', `${steps} steps per epoch exceed the step counter of a row`, 'raise "batchSize"')
  const slots = new Int32Array(dataset.users.ids.count + 1).fill(-1)
  /** The dropout masks that tfjs draws: the mask row of a vector is the index of its user among those of the step. */
  const dropoutOf = (
    { node, rate, beforeNormalization }: NonNullable<Fused['dropout']>,
    order: Int32Array,
    random: number,
    before: number,
  ) => {
    const rows = new Int32Array(order.length)
    const keys = new Int32Array(steps)
    for (let step = 0; step < steps; step++) {
      const users = order.subarray(step * batchSize, (step + 1) * batchSize).map((event) => events.user[event]!)
      rows.set(distinct(users, slots).index, step * batchSize)
      keys[step] = opKey(key(random, before + step), node)
    }
    return {
      rate,
      first: beforeNormalization === true,
      width: program.graph.nodes.get(node)!.shape[0] as number,
      keys,
      rows,
    }
  }
  const together = 'kernel' in slope && slope.kernel.together
  /** The items of all examples of the user of each example in its step, by place in the order. */
  const positivesOf = (order: Int32Array): Sparse => {
    const start = new Int32Array(order.length + 1)
    const index: number[] = []
    for (let from = 0; from < order.length; from += batchSize) {
      const step = order.subarray(from, from + batchSize)
      const items = new Map<number, number[]>()
      for (const event of step) {
        const user = events.user[event]!
        const own = items.get(user)
        if (own) own.push(constant.item[event]!)
        else items.set(user, [constant.item[event]!])
      }
      step.forEach((event, k) => {
        const own = items.get(events.user[event]!)!
        for (const item of own) index.push(item)
        start[from + k + 1] = index.length
      })
    }
    return { start, index: Int32Array.from(index) }
  }
  const pairs = batchSize * (1 + model.negatives.count * model.negatives.hard)
  const stepsPerCall = Math.max(1, Math.round(WORK_PER_CALL / (pairs * model.users.width)))
  return {
    examples,
    steps,
    state,
    epoch: async (number, rate, signal, begun, moved) => {
      const random = key(run.seed, run.phase, number)
      const chosen = permutation(examples, random)
      const order = positives ? taken(positives, chosen) : chosen
      const work = {
        ...model,
        ...constant,
        offset: training.offset(),
        ...(target ? { target } : {}),
        order,
        ...(together ? { positives: positivesOf(order) } : {}),
        ...(plan.dropout ? { dropout: dropoutOf(plan.dropout, order, random, (number - 1) * steps) } : {}),
        rates: Float64Array.from({ length: steps }, (_, step) => rate(step)),
        step: (number - 1) * steps,
        key: random,
      }
      let { steps: done, loss } = begun
      const yieldIfDue = yieldToEventLoop()
      begin()
      const pass = fusedKernels(kernels).batches(work)
      try {
        while (done < steps) {
          let next = done + 1
          while (next < Math.min(steps, done + stepsPerCall) && !run.reportDue?.(work.step + next)) next++
          loss += await pass.steps(done, next)
          done = next
          if (await yieldIfDue()) moved({ steps: done, loss })
          if (signal?.aborted || run.reportDue?.(work.step + done)) break
        }
      } finally {
        pass.end()
      }
      end()
      return { steps: done, loss }
    },
  }
}

/** The slope of a loss, called for every example; errors that it throws name the loss. */
const blamedSlope =
  (use: OperatorUse, list: Extract<Slope, { readonly list: unknown }>['list']): typeof list =>
  (scores, target, slopes) => {
    try {
      return list(scores, target, slopes)
    } catch (error) {
      throw blame(use, error)
    }
  }
