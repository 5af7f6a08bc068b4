import {
  type Graph,
  isMatrixNode,
  type LoweredProgram,
  lower,
  type Phase,
  type Progress,
  problemOf,
} from '@recspec/core'
import { testKernels } from '../kernels.js'
import { world } from '../world.js'

/** A phase that was run to its end. */
export interface Fitted {
  readonly program: LoweredProgram
  readonly reports: readonly Progress[]
}

/** Most reports that a run is read to: a solver that never ends is a fault too. */
const MOST_REPORTS = 5000

/** Binds a graph to the data of the kit and runs the solver of its last phase. */
export const fitted = async (graph: Graph, seed = 1): Promise<Fitted> => {
  const program = lower(graph, world(), { kernels: await testKernels(), seed })
  const index = graph.phases.length - 1
  const phase: Phase = graph.phases[index]!
  const { metrics } = { metrics: phase.solver.validates?.(phase.params) ?? [] }
  const validate = metrics.length > 0 ? async () => Object.fromEntries(metrics.map((name) => [name, 1])) : undefined
  const reports: Progress[] = []
  const run = { seed, phase: index, ...(validate ? { validate } : {}) }
  for await (const report of phase.solver.fit(phase.params, problemOf(graph, phase), program, run)) {
    reports.push(report)
    if (reports.length >= MOST_REPORTS) break
  }
  return { program, reports }
}

/** All trained numbers of a program as text, and the losses of its reports. */
export const fittedText = ({ program, reports }: Fitted): string => {
  const { tables, weights, graph } = program
  const matrices = [...graph.nodes.values()].filter(isMatrixNode).map(({ name }) => {
    const { arrays = {} } = program.matrix(name) ?? {}
    return Object.entries(arrays).map(([key, values]) => [key, ...values])
  })
  return JSON.stringify([
    [...tables].map(([name, { values }]) => [name, ...values]),
    [...weights].map(([name, values]) => [name, ...values]),
    matrices,
    reports.map(({ loss, sample }) => [loss, sample?.deviation]),
  ])
}
