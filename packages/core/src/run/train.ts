import type { KernelMemoryError } from '@recspec/kernels'
import { ArtifactError } from '../artifact/error.js'
import { activeName, useBackend } from '../backend/backend.js'
import type { FitOptions, Progress } from '../contract/solver.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Holdout } from '../evaluation/holdout.js'
import { trainedBy } from '../evaluation/receipt.js'
import { Failure } from '../failure.js'
import type { Graph } from '../graph/graph.js'
import { createModel } from '../model/create.js'
import { madeBy } from '../model/madeby.js'
import type {
  Checkpoint,
  Evaluation,
  Model,
  Outcome,
  RunPlace,
  RunState,
  Trained,
  TrainOptions,
} from '../model/model.js'
import { checkSamples, copyWeights, type PosteriorSample } from '../model/posterior.js'
import { type ModelState, writeModel } from '../model/write.js'
import { estimateFor, lower } from '../program/lower.js'
import type { LoweredProgram } from '../program/lowered.js'
import { computedMatrices } from '../program/matrices.js'
import { formatBytes, type MemoryEstimate } from '../program/memory.js'
import { yieldToEventLoop } from '../train/yield.js'
import { checkpointSchedule } from './checkpoint.js'
import { fingerprint } from './fingerprint.js'
import { checkFinite } from './finite.js'
import { fitPhase, validatedMetrics } from './fit.js'
import { holdOutRows, measure, pairSum, validation } from './measure.js'
import { pruneColumns } from './prune.js'

/**
 * Trains a graph on a data set, phase by phase, and evaluates the model on the test rows of the data or of the
 * document's split. The same graph, data and seed give the same bytes. Throws a `Failure`: `data` where the data does
 * not fit the graph, `budget` where training needs more memory than allowed; and what a solver throws. On `signal` it
 * resolves with `interrupted` set.
 */
export const train = async (...given: Parameters<typeof trainPhases>): Promise<Trained> => {
  try {
    return await trainPhases(...given)
  } catch (error) {
    // compares names, not classes: the kernels may come from another copy of their package
    if (!(error instanceof Error) || error.name !== 'KernelMemoryError') throw error
    const { requested, available } = error as KernelMemoryError
    throw new Failure(
      'budget',
      `the kernels have ${formatBytes(available)} of memory left, and ${formatBytes(requested)} more are needed`,
      'lower the dim of the largest table, or the sizes of the solver',
    )
  }
}

/** What training needs, and the rows it has. */
export interface TrainingEstimate extends MemoryEstimate {
  /** Training events, and events that are held out for testing and validation. */
  readonly rows: number
  readonly heldOut: number
}

/** Estimates the memory of `train` with this number of threads, without that of the host program. */
export const estimateMemory = (
  graph: Graph,
  data: Dataset,
  { threads, seed = 0 }: { readonly threads: number; readonly seed?: number },
): TrainingEstimate => {
  const { training, heldOut } = rowsOf(graph, data, seed)
  return { ...estimateFor(graph, training, threads, heldOut), rows: training.events.count, heldOut }
}

/** Training rows and held-out rows. */
const rowsOf = (graph: Graph, data: Dataset, seed: number) => {
  const requested = [...new Set(graph.phases.flatMap((phase) => validatedMetrics(graph, phase)))]
  const { holdout, inner } = holdOutRows(graph, pruneColumns(data, graph), requested, seed)
  if (holdout.training.events.count === 0) throw new Failure('data', 'no training rows')
  const training = inner?.training ?? holdout.training
  return { requested, holdout, inner, training, heldOut: (holdout.test?.count ?? 0) + (inner?.test?.count ?? 0) }
}

/**
 * The model of a graph bound to data before any training: its tables and weights are initialized as `train` does with
 * this seed, its rows are those that `train` would train on.
 */
export const initialize = (
  graph: Graph,
  data: Dataset,
  { kernels, seed = 0, source }: Pick<TrainOptions, 'kernels' | 'seed' | 'source'>,
): Model => {
  const { inner, training, heldOut } = rowsOf(graph, data, seed)
  const program = lower(graph, training, { kernels, seed, heldOut })
  return createModel(program, {
    seed,
    madeBy: { ...madeBy(graph), ...(source ? { data: source } : {}) },
    ...(inner?.test ? { validation: inner.test } : {}),
  })
}

/**
 * Measures a model on the rows that its document holds out of the data that it was trained with, as `train` does.
 * `data` is read with the model's ids. Throws a Failure where the data leaves other rows, or none are held out.
 */
export const measureHeldOut = async (model: Model, data: Dataset): Promise<Evaluation> => {
  const { graph, seed, madeBy } = model
  const [program] = model.programs as [LoweredProgram]
  const { holdout, training } = rowsOf(graph, data, seed)
  if (pairSum(training.events) !== pairSum(program.dataset.events))
    throw new Failure(
      'data',
      'the model was trained on other rows than those that its split leaves of this data',
      'give the data that it was trained with',
    )
  if (!holdout.test || graph.evaluation.metrics.length === 0)
    throw new Failure('data', 'the document holds out no rows, or has no metrics')
  return trainedBy(await measure(program, [], holdout, seed), madeBy.engine)
}

const trainPhases = async (graph: Graph, data: Dataset, options: TrainOptions): Promise<Trained> => {
  const { kernels, seed = 0, signal, resume, checkpointEvery, onCheckpoint, onReport, onStep } = options
  const backend = activeName() ?? (await useBackend(undefined, kernels))
  const { requested, holdout, inner, training, heldOut } = rowsOf(graph, data, seed)
  const dataHash = fingerprint(training)
  if (resume && resume.data !== dataHash)
    throw new Failure(
      'data',
      'the checkpoint was started with other data',
      'resume with the data that the run was started with',
    )

  if (resume && resume.phase >= graph.phases.length)
    throw new ArtifactError('metadata', `the checkpoint is of phase ${resume.phase}, of ${graph.phases.length}`)
  const started = performance.now()
  const program = lower(graph, training, {
    kernels,
    seed,
    heldOut,
    ...(options.budget === undefined ? {} : { budget: options.budget }),
    ...(resume
      ? {
          restored: {
            values: resume.weights,
            ...(resume.shapes ? { shapes: resume.shapes } : {}),
            ...(resume.matrices ? { matrices: resume.matrices } : {}),
          },
        }
      : {}),
  })
  const validate = inner?.test && (() => validation(program, samples, inner, requested, seed))
  checkSampling(graph)
  const samples: PosteriorSample[] = [...(resume?.samples ?? [])]
  checkSamples(program, samples)
  const outcomes: Outcome[] = [...(resume?.outcomes ?? [])]
  let engine: string | undefined
  const state = (): ModelState => ({
    seed,
    madeBy: { ...madeBy(graph), ...(options.source ? { data: options.source } : {}), ...(engine ? { engine } : {}) },
    ...(inner?.test ? { validation: inner.test } : {}),
    ...(samples.length > 0 ? { samples } : {}),
  })
  // a solver may never await anything, and then no signal would arrive
  const yieldIfDue = yieldToEventLoop()
  let interrupted: Checkpoint | undefined
  for (const [phase, one] of graph.phases.entries()) {
    if (resume && phase < resume.phase) continue
    const from = resume?.phase === phase ? resume.step : 0
    const { isDue, written } = checkpointSchedule(onCheckpoint && checkpointEvery, from, () => performance.now() / 1000)
    const runStateOf = ({ step, state }: Progress): RunState => ({
      phase,
      step,
      data: dataHash,
      state: state(),
      outcomes,
    })
    const place = (): RunPlace => ({
      phase,
      phases: graph.phases.length,
      solver: one.type,
      seconds: (performance.now() - started) / 1000,
    })
    const run: FitOptions = {
      seed,
      phase,
      reportDue: isDue,
      ...(signal ? { signal } : {}),
      ...(resume?.phase === phase ? { resume: resume.state } : {}),
      ...(validate ? { validate } : {}),
      ...(onStep ? { onStep: (progress) => onStep({ ...progress, ...place() }) } : {}),
    }
    for await (const progress of fitPhase(program, one, run)) {
      const { epoch, epochs, best } = progress
      if (progress.sample) samples.push({ weights: copyWeights(program, one.trains), ...progress.sample })
      engine = progress.engine ?? engine
      outcomes[phase] = { solver: one.type, epoch, epochs, ...(best === undefined ? {} : { best }) }
      if (!progress.partial) onReport?.({ ...progress, ...place() })
      if (isDue(progress.step)) {
        await onCheckpoint!(await writeModel(program, { ...state(), checkpoint: runStateOf(progress) }))
        written(progress.step)
      }
      await yieldIfDue()
      if (!signal?.aborted) continue
      interrupted = {
        ...runStateOf(progress),
        weights: copyWeights(program),
        matrices: computedMatrices(program),
        ...(samples.length > 0 ? { samples } : {}),
      }
      break
    }
    if (interrupted) break
    checkFinite(program, one)
  }
  const seconds = (performance.now() - started) / 1000

  const measured = interrupted ? {} : await measuredOnTest(program, samples, holdout, seed, { ...options, engine })
  const model = createModel(program, {
    ...state(),
    ...(measured.evaluation ? { evaluation: withoutUnits(measured.evaluation) } : {}),
    ...(interrupted ? { checkpoint: interrupted } : {}),
  })
  return {
    model,
    ...measured,
    seconds,
    rows: training.events.count,
    backend,
    notes: program.notes,
    outcomes,
    ...(interrupted ? { interrupted } : {}),
  }
}

/** An evaluation as it is saved: what users contribute is left out. */
const withoutUnits = ({ units, ...evaluation }: Evaluation): Evaluation => evaluation

/** The evaluation on test rows if any, or why it failed: a failed evaluation must not lose the trained model. */
const measuredOnTest = async (
  program: LoweredProgram,
  samples: readonly PosteriorSample[],
  holdout: Holdout,
  seed: number,
  { segments, units = false, engine }: Pick<TrainOptions, 'segments' | 'units'> & { engine?: string | undefined },
): Promise<Pick<Trained, 'evaluation' | 'evaluationError'>> => {
  if (!holdout.test || program.graph.evaluation.metrics.length === 0) return {}
  try {
    // items of all rows that are not held out count as seen, validation rows included
    const measured = await measure(program, samples, holdout, seed, { units, ...(segments ? { segments } : {}) })
    return { evaluation: trainedBy(measured, engine) }
  } catch (error) {
    return { evaluationError: error }
  }
}

/** Refuses a phase after one that samples: it would have to be trained for every sample. */
const checkSampling = ({ phases }: Graph) => {
  const early = phases.slice(0, -1).find(({ solver }) => solver.kind === 'samples')
  if (early)
    throw new Failure('training', `"${early.type}" samples, and another phase follows it`, 'put it last in "solver"')
}
