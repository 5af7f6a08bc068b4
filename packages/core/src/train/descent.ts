import { ArtifactError } from '../artifact/error.js'
import type { FitOptions, Progress, SolverState } from '../contract/solver.js'
import { Failure } from '../failure.js'
import { dependentNodes } from '../graph/factorize.js'
import type { Graph, Head } from '../graph/graph.js'
import { choosesPositives } from '../graph/heads.js'
import type { Problem } from '../graph/problem.js'
import { sequencePlan } from '../graph/sequences.js'
import type { LoweredProgram } from '../program/lowered.js'
import { scheduled } from '../schedule/index.js'
import { type EarlyStopping, earlyStopping } from './earlystopping.js'
import type { DescentParams, Executor, Position } from './executor.js'
import { fusedExecutor } from './fused/index.js'
import type { OptimizerPair } from './optimizer.js'
import { penalties, penaltyOf, trainedWeights } from './penalty.js'
import { tfjsExecutor } from './tfjs/executor.js'

/** A loss of this size is the square of numbers that no target has: training diverged, though float64 can hold it. */
const DIVERGED = 1e30

/** Gradient descent with an optimizer: epochs, validation, early stopping, resume. The plan chooses the executor. */
export async function* gradientDescent(
  optimizer: OptimizerPair,
  params: DescentParams,
  problem: Problem,
  program: LoweredProgram,
  run: FitOptions,
): AsyncGenerator<Progress> {
  const executor =
    fusedExecutor(optimizer, params, problem, program, run) ?? tfjsExecutor(optimizer, params, problem, program, run)
  const tables = penalties(problem, program)
  const weights = trainedWeights(problem)
  if (params.stop && !run.validate)
    throw new Failure(
      'data',
      `stops by "${params.stop.metric}", but no rows are held out to measure it on`,
      'set "validation" in "evaluation", or remove "stop"',
    )
  const stop = params.stop && stoppingOf(params.stop, problem, program)
  let { epoch, ...position } = run.resume ? restore(run.resume, executor, stop) : { epoch: 1, steps: 0, loss: 0 }

  let penalty = run.onStep ? penaltyOf(program, tables, weights, executor.examples) : 0
  const examplesIn = (steps: number) => Math.round((executor.examples * steps) / executor.steps)
  const tell = (number: number, { steps, loss }: Position) => {
    const examples = examplesIn(steps)
    run.onStep?.({
      epoch: number,
      epochs: params.epochs,
      step: (number - 1) * executor.steps + steps,
      ...(steps > 0 ? { loss: loss / examples + penalty / executor.examples } : {}),
      examples,
      total: executor.examples,
    })
  }

  while (epoch <= params.epochs && !stop?.isOver()) {
    const before = (epoch - 1) * executor.steps
    const number = epoch
    tell(number, position)
    const reached = await executor.epoch(
      epoch,
      (step) => scheduled(params.learningRate, before + step, executor.steps),
      run.signal,
      position,
      (moved) => tell(number, moved),
    )
    const complete = reached.steps === executor.steps
    penalty = penaltyOf(program, tables, weights, executor.examples)
    const metrics = complete && stop ? await run.validate!() : undefined
    if (metrics) stop!.report(metrics)
    const loss = (reached.loss * (executor.steps / Math.max(1, reached.steps)) + penalty) / executor.examples
    if (!(Math.abs(loss) < DIVERGED))
      throw new Failure('training', `loss is ${loss} in epoch ${epoch}`, 'lower the learning rate, or add l2')
    const finished = complete ? epoch : epoch - 1
    const best = stop && finished - stop.epochsSinceBest()
    yield {
      epoch,
      epochs: params.epochs,
      step: before + reached.steps,
      loss,
      examples: examplesIn(reached.steps),
      ...(metrics ? { metrics } : {}),
      ...(best ? { best } : {}),
      ...(complete ? {} : { partial: true }),
      state: () => ({
        numbers: {
          epoch: finished,
          ...(complete ? { steps: 0, loss: 0 } : reached),
          ...stop?.numbers(),
        },
        arrays: Object.fromEntries([...executor.state, ...(stop?.arrays() ?? [])]),
      }),
    }
    if (run.signal?.aborted) return
    position = complete ? { steps: 0, loss: 0 } : reached
    epoch = finished + 1
  }
  stop?.restoreBest()
}

const stoppingOf = (stop: NonNullable<DescentParams['stop']>, problem: Problem, program: LoweredProgram) => {
  const { better } = problem.graph.validationMetrics.get(stop.metric)!.definition
  return earlyStopping(stop, better, trainedArrays(problem, program))
}

/** All arrays that a phase changes, including running statistics. */
const trainedArrays = ({ graph, trains }: Problem, program: LoweredProgram): readonly Float32Array[] => {
  const dependent = dependentNodes(graph, trains)
  return [...graph.nodes.keys()]
    .filter((name) => dependent.has(name))
    .flatMap((name) => Object.values(program.weightsOf(name)))
    .concat([...graph.tables.keys()].filter((name) => trains.has(name)).map((name) => program.tables.get(name)!.values))
}

const restore = ({ numbers, arrays }: SolverState, executor: Executor, stop: EarlyStopping | undefined) => {
  checkState(arrays, new Map([...executor.state, ...(stop?.arrays() ?? [])]))
  for (const [name, values] of executor.state) values.set(arrays[name]!)
  stop?.resume({ numbers, arrays })
  return { epoch: numbers['epoch']! + 1, steps: numbers['steps']!, loss: numbers['loss']! }
}

/** Throws an ArtifactError where arrays of a checkpoint do not match those expected, by name and length. */
const checkState = (arrays: SolverState['arrays'], expected: ReadonlyMap<string, Float32Array>) => {
  for (const [name, { length }] of expected) {
    const found = arrays[name]
    if (found?.length === length) continue
    const got = found ? `${found.length}` : 'none'
    throw new ArtifactError('weight', `optimizer state "${name}": expected ${length} numbers, got ${got}`)
  }
  const extra = Object.keys(arrays).find((name) => !expected.has(name))
  if (extra !== undefined) throw new ArtifactError('weight', `unknown optimizer state "${extra}"`)
}

/**
 * Whether all heads can be sampled together: their examples are of one kind (events, rows, cells, or sequences in
 * pieces of one length).
 */
export const sameExamples = (graph: Graph, heads: readonly Head[]): boolean =>
  new Set(heads.map((head) => exampleKind(graph, head))).size <= 1

const exampleKind = (graph: Graph, head: Head): string =>
  head.examples
    ? `${head.examples} ${sequencePlan(graph, head).length}`
    : `${head.loss.definition.examples(head.loss.params).of} ${choosesPositives(head) ? JSON.stringify(head.target) : ''}`
