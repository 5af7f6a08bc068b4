import { fusedKernels, type Sparse } from '@recspec/kernels'
import type { Head } from '../../graph/graph.js'
import type { LoweredProgram } from '../../program/lowered.js'
import type { Executor } from '../executor.js'
import { yieldToEventLoop } from '../yield.js'
import type { FusedTraining } from './training.js'

/** Per-example descent over strata: blocks of one stratum share no row and train in parallel. */
export const strataExecutor = (training: FusedTraining): Executor => {
  const { plan, program, run, model, begin, end, state } = training
  const examples = program.dataset.events.count
  const events = eventsOf(program, plan.head)
  return {
    examples,
    steps: examples,
    state,
    epoch: async (number, rate, _signal, begun, moved) => {
      const yieldIfDue = yieldToEventLoop()
      begin()
      const loss = await fusedKernels(program.kernels).epoch({
        ...model,
        offset: training.offset(),
        // the kernel takes one rate per epoch: the rate of its middle step
        rate: rate(Math.floor(examples / 2)),
        step: (number - 1) * examples,
        events,
        seed: run.seed,
        phase: run.phase,
        epoch: number,
        onStratum: async (done, loss) => {
          if (await yieldIfDue()) moved({ steps: done, loss: begun.loss + loss })
        },
      })
      end()
      return { loss: begun.loss + loss, steps: examples }
    },
  }
}

/** Training events by row of the user table (row 0 has none): rows of the item table, and targets. */
const eventsOf = (program: LoweredProgram, head: Head): Sparse => {
  const { start, other, event } = program.history('user')
  const target = program.target(head)
  const shifted = new Int32Array(start.length + 1)
  shifted.set(start, 1)
  const found = { start: program.kernels.int32(shifted.length), index: program.kernels.int32(other.length) }
  found.start.set(shifted)
  found.index.set(other.map((item) => item + 1))
  if (!target) return found
  const values = program.kernels.float32(other.length)
  event.forEach((row, place) => {
    values[place] = target[row]!
  })
  return { ...found, values }
}
