import { ArtifactError } from '../artifact/error.js'
import type { FitOptions, Progress, SolverState } from '../contract/solver.js'
import { Failure } from '../failure.js'
import { dependentNodes } from '../graph/factorize.js'
import type { Head } from '../graph/graph.js'
import type { Problem } from '../graph/problem.js'
import type { LoweredProgram } from '../program/lowered.js'
import { scheduled } from '../schedule/index.js'
import { type EarlyStopping, earlyStopping } from './earlystopping.js'
import type { DescentParams, Executor } from './executor.js'
import { fusedExecutor } from './fused/index.js'
import type { OptimizerPair } from './optimizer.js'
import { penalties, penaltyOf, trainedWeights } from './penalty.js'
import { tfjsExecutor } from './tfjs/executor.js'

/** A loss of this size is the square of numbers that no target has: training diverged, though float64 can hold it. */
const DIVERGED = 1e30

/** Gradient descent by a rule: epochs, validation, early stopping, resumption. The executor is the plan's. */
export async function* gradientDescent(
  rule: OptimizerPair,
  params: DescentParams,
  problem: Problem,
  program: LoweredProgram,
  run: FitOptions,
): AsyncGenerator<Progress> {
  const executor =
    fusedExecutor(rule, params, problem, program, run) ?? tfjsExecutor(rule, params, problem, program, run)
  const tables = penalties(problem, program)
  const weights = trainedWeights(problem)
  if (params.stop && !run.validate)
    throw new Failure(
      'data',
      `stops by "${params.stop.metric}", but no rows are set aside to measure it on`,
      'say how in "evaluation", as "validation"; or leave "stop" out',
    )
  const stop = params.stop && stoppingOf(params.stop, problem, program)
  let { epoch, ...begun } = run.resume ? restore(run.resume, executor, stop) : { epoch: 1, steps: 0, loss: 0 }

  while (epoch <= params.epochs && !stop?.isOver()) {
    const before = (epoch - 1) * executor.steps
    const reached = await executor.epoch(
      epoch,
      (step) => scheduled(params.learningRate, before + step, executor.steps),
      run.signal,
      begun,
    )
    const whole = reached.steps === executor.steps
    const penalty = penaltyOf(program, tables, weights, executor.examples)
    const metrics = whole && stop ? await run.validate!() : undefined
    if (metrics) stop!.report(metrics)
    const loss = (reached.loss * (executor.steps / Math.max(1, reached.steps)) + penalty) / executor.examples
    if (!(Math.abs(loss) < DIVERGED))
      throw new Failure('training', `loss is ${loss} in epoch ${epoch}`, 'lower the learning rate, or add l2')
    const finished = whole ? epoch : epoch - 1
    const best = stop && finished - stop.epochsSinceBest()
    yield {
      epoch,
      epochs: params.epochs,
      step: before + reached.steps,
      loss,
      examples: Math.round((executor.examples * reached.steps) / executor.steps),
      ...(metrics ? { metrics } : {}),
      ...(best ? { best } : {}),
      ...(whole ? {} : { partial: true }),
      state: () => ({
        numbers: {
          epoch: finished,
          ...(whole ? { steps: 0, loss: 0 } : reached),
          ...stop?.numbers(),
        },
        arrays: Object.fromEntries([...executor.state, ...(stop?.arrays() ?? [])]),
      }),
    }
    if (run.signal?.aborted) return
    begun = whole ? { steps: 0, loss: 0 } : reached
    epoch = finished + 1
  }
  stop?.restoreBest()
}

const stoppingOf = (stop: NonNullable<DescentParams['stop']>, problem: Problem, program: LoweredProgram) => {
  const { better } = problem.graph.validationMetrics.get(stop.metric)!.definition
  return earlyStopping(stop, better, trainedArrays(problem, program))
}

/** All arrays that a phase changes, running statistics included. */
const trainedArrays = ({ graph, trains }: Problem, program: LoweredProgram): readonly Float32Array[] => {
  const moving = dependentNodes(graph, trains)
  return [...graph.nodes.keys()]
    .filter((name) => moving.has(name))
    .flatMap((name) => Object.values(program.weightsOf(name)))
    .concat([...graph.tables.keys()].filter((name) => trains.has(name)).map((name) => program.tables.get(name)!.values))
}

const restore = ({ numbers, arrays }: SolverState, executor: Executor, stop: EarlyStopping | undefined) => {
  checkState(arrays, new Map([...executor.state, ...(stop?.arrays() ?? [])]))
  for (const [name, values] of executor.state) values.set(arrays[name]!)
  stop?.resume({ numbers, arrays })
  return { epoch: numbers['epoch']! + 1, steps: numbers['steps']!, loss: numbers['loss']! }
}

/** Refuses a checkpoint whose arrays are not those of the optimizer and of early stopping, by name. */
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

/** Whether all heads can be sampled together: those of one kind of example. */
export const sameExamples = (heads: readonly Head[]): boolean =>
  new Set(heads.map(({ loss }) => loss.definition.examples(loss.params).of)).size <= 1
