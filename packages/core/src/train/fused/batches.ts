import { key, permutation } from '@recspec/kernels'
import { breathing } from '../breath.js'
import type { Executor } from '../executor.js'
import type { FusedTraining } from './training.js'

/** Pairs × width that kernels work on between two looks at the signal. */
const TURN = 2e8

/** Mini-batches in the fused kernel: the steps that tfjs would take. */
export const batches = (training: FusedTraining, batchSize: number): Executor => {
  const { plan, program, run, model, slope, negatives, begin, end, state } = training
  const { dataset, kernels } = program
  const { events } = dataset
  const steps = Math.ceil(events.count / batchSize)
  const owned = program.interactions('user')
  const start = kernels.int32(owned.start.length + 1)
  start.set(owned.start, 1)
  const rowsOf = (indices: Int32Array) => {
    const rows = kernels.int32(indices.length)
    for (let place = 0; place < indices.length; place++) rows[place] = indices[place]! + 1
    return rows
  }
  const fixed = {
    user: rowsOf(events.user),
    item: rowsOf(events.item),
    owned: { start, index: rowsOf(owned.index) },
    unit: plan.unit,
    shared: negatives?.shared ?? false,
    batchSize,
    ...('list' in slope ? { listLoss: slope.list } : {}),
  }
  const target = program.target(plan.head)
  const pairs = batchSize * (1 + model.negatives.count * model.negatives.of)
  const turn = Math.max(1, Math.round(TURN / (pairs * model.users.width)))
  return {
    examples: events.count,
    steps,
    state,
    epoch: async (number, rate, signal, begun) => {
      const random = key(run.seed, run.phase, number)
      const work = {
        ...model,
        ...fixed,
        offset: training.offset(),
        ...(target ? { target } : {}),
        order: permutation(events.count, random),
        rates: Float64Array.from({ length: steps }, (_, step) => rate(step)),
        step: (number - 1) * steps,
        key: random,
      }
      let { steps: done, loss } = begun
      const breathe = breathing()
      begin()
      const pass = kernels.batches(work)
      try {
        while (done < steps) {
          let next = done + 1
          while (next < Math.min(steps, done + turn) && !run.due?.(work.step + next)) next++
          loss += await pass.steps(done, next)
          done = next
          await breathe()
          if (signal?.aborted || run.due?.(work.step + done)) break
        }
      } finally {
        pass.end()
      }
      end()
      return { steps: done, loss }
    },
  }
}
