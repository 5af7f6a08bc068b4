import { key, mix } from '@recspec/kernels'
import { callOperator, iterateOperator, type OperatorUse, operatorFault, solverUse } from '../blame.js'
import type { FitOptions, Progress } from '../contract/solver.js'
import type { Graph, Phase } from '../graph/graph.js'
import { matrixName } from '../graph/matrix.js'
import { problemOf } from '../graph/problem.js'
import type { LoweredProgram } from '../program/lowered.js'
import { computedMatrices } from '../program/matrices.js'

/**
 * Runs a phase and checks its solver against the contract: at least one report, finite losses, rising epochs, and no
 * change to weights that the phase does not train.
 */
export async function* fitPhase(program: LoweredProgram, phase: Phase, run: FitOptions): AsyncGenerator<Progress> {
  const { graph } = program
  const { solver, params, trains } = phase
  const use = solverUse(graph, phase)
  const before = checksums(program, trains)
  let last: Progress | undefined
  for await (const progress of iterateOperator(use, () => solver.fit(params, problemOf(graph, phase), program, run))) {
    checkReport(use, progress, last)
    last = progress
    yield progress
  }
  if (!last && !run.resume && !run.signal?.aborted) throw operatorFault(use, 'ended without a report')
  const after = checksums(program, trains)
  for (const [name, sum] of before)
    if (after.get(name) !== sum) throw operatorFault(use, `changed "${name}", which its phase does not train`)
}

/** The plan of a phase's solver in a short sentence; undefined where it has none. Throws what the solver throws. */
export const solverPlan = (graph: Graph, phase: Phase): string | undefined =>
  callOperator(solverUse(graph, phase), () => phase.solver.plan?.(phase.params, problemOf(graph, phase)))

/** Metrics that a solver needs on validation rows. */
export const validatedMetrics = (graph: Graph, phase: Phase): readonly string[] =>
  callOperator(solverUse(graph, phase), () => phase.solver.validates?.(phase.params) ?? [])

const checkReport = (use: OperatorUse, { epoch, step, loss }: Progress, last: Progress | undefined) => {
  if (!Number.isFinite(loss)) throw operatorFault(use, `reported the loss ${loss} in epoch ${epoch}`)
  const least = last ? (last.partial ? last.epoch : last.epoch + 1) : 1
  if (!Number.isInteger(epoch) || epoch < least)
    throw operatorFault(
      use,
      `reported epoch ${epoch}${last ? ` after epoch ${last.epoch}` : ''}, expected rising epochs from 1`,
    )
  if (!Number.isInteger(step) || step < (last?.step ?? 0))
    throw operatorFault(use, `reported step ${step}${last ? ` after step ${last.step}` : ''}, expected rising steps`)
}

/** A checksum of each table and weight that a phase does not train, except running statistics of layers. */
const checksums = (program: LoweredProgram, trains: ReadonlySet<string>): ReadonlyMap<string, number> => {
  const { nodes } = program.graph
  const frozen = [
    ...[...program.tables].map(([name, { values }]) => [name, values] as const),
    ...[...nodes.values()].flatMap((node) =>
      node.kind === 'op'
        ? Object.entries(node.weights)
            .filter(([, { trainable }]) => trainable !== false)
            .map(([short]) => [`${node.name}.${short}`, program.weights.get(`${node.name}.${short}`)!] as const)
        : [],
    ),
  ]
  const matrices = [...computedMatrices(program)]
    .filter(([name]) => !trains.has(matrixName(name)))
    .flatMap(([name, arrays]) =>
      Object.entries(arrays).map(([short, values]) => [`${matrixName(name)}.${short}`, values] as const),
    )
  const kept = [...frozen.filter(([name]) => !trains.has(name)), ...matrices]
  return new Map(kept.map(([name, values]) => [name, checksum(values)]))
}

const checksum = (values: Float32Array | Int32Array): number => {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  let sum = key(values.length)
  for (let k = 0; k < bits.length; k++) sum = mix(sum, bits[k]!)
  return sum
}
