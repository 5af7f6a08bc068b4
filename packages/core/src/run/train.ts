import * as tf from '@tensorflow/tfjs-core'
import { useBackend } from '../backend/backend.js'
import type { FitOptions, Progress } from '../contract/solver.js'
import type { Dataset } from '../dataset/dataset.js'
import { Failure } from '../failure.js'
import type { Graph, Phase } from '../graph/graph.js'
import { createModel } from '../model/create.js'
import type { Checkpoint, Outcome, RunState, Trained, TrainOptions } from '../model/model.js'
import { copyWeights, type PosteriorDraw } from '../model/posterior.js'
import { type ModelState, writeModel } from '../model/write.js'
import { lower } from '../program/lower.js'
import type { LoweredProgram } from '../program/lowered.js'
import { yieldToEventLoop } from '../train/yield.js'
import { checkpointSchedule } from './checkpoint.js'
import { fingerprint } from './fingerprint.js'
import { fitPhase, validatedMetrics } from './fit.js'
import { holdOutRows, measure, validation } from './measure.js'
import { pruneColumns } from './prune.js'

/** Trains a graph on a data set, phase by phase, and measures what came of it on rows that training never saw. */
export const train = async (graph: Graph, data: Dataset, options: TrainOptions): Promise<Trained> => {
  const { kernels, seed = 0, signal, resume, checkpointEvery, onCheckpoint, onReport } = options
  const backend = tf.engine().backendName ?? (await useBackend())
  const asked = [...new Set(graph.phases.flatMap((phase) => validatedMetrics(graph, phase)))]
  const { holdout, inner } = holdOutRows(graph, pruneColumns(data, graph), asked, seed)
  if (holdout.training.events.count === 0) throw new Failure('data', 'no training rows')
  const training = inner?.training ?? holdout.training
  const mark = fingerprint(training)
  if (resume && resume.data !== mark)
    throw new Failure(
      'data',
      'the checkpoint was started with other data',
      'a run goes on with the rows it was started with',
    )

  const begun = performance.now()
  const program = lower(graph, training, {
    kernels,
    seed,
    ...(options.budget === undefined ? {} : { budget: options.budget }),
    ...(resume ? { restored: resume.weights } : {}),
  })
  const validate = inner?.test && (() => validation(program, samples, inner, asked, seed))
  checkSampling(graph)
  const samples: PosteriorDraw[] = [...(resume?.samples ?? [])]
  const outcomes: Outcome[] = [...(resume?.outcomes ?? [])]
  const state = (): ModelState => ({
    seed,
    ...(inner?.test ? { validation: inner.test } : {}),
    ...(samples.length > 0 ? { samples: samples } : {}),
  })
  // a solver need not wait for anything by itself, and a signal could not arrive
  const yieldIfDue = yieldToEventLoop()
  let interrupted: Checkpoint | undefined
  for (const [phase, one] of graph.phases.entries()) {
    if (resume && phase < resume.phase) continue
    const from = resume?.phase === phase ? resume.step : 0
    const { isDue, kept } = checkpointSchedule(onCheckpoint && checkpointEvery, from, () => performance.now() / 1000)
    const standing = ({ step, state }: Progress): RunState => ({ phase, step, data: mark, state: state(), outcomes })
    const run: FitOptions = {
      seed,
      phase,
      reportDue: isDue,
      ...(signal ? { signal } : {}),
      ...(resume?.phase === phase ? { resume: resume.state } : {}),
      ...(validate ? { validate } : {}),
    }
    for await (const progress of fitPhase(program, one, run)) {
      const seconds = (performance.now() - begun) / 1000
      const { epoch, epochs, best } = progress
      if (progress.sample) samples.push({ weights: copyWeights(program, one.trains), ...progress.sample })
      outcomes[phase] = { solver: one.type, epoch, epochs, ...(best === undefined ? {} : { best }) }
      if (!progress.partial) onReport?.({ ...progress, phase, phases: graph.phases.length, solver: one.type, seconds })
      if (isDue(progress.step)) {
        await onCheckpoint!(await writeModel(program, { ...state(), checkpoint: standing(progress) }))
        kept(progress.step)
      }
      await yieldIfDue()
      if (!signal?.aborted) continue
      interrupted = {
        ...standing(progress),
        weights: copyWeights(program),
        ...(samples.length > 0 ? { samples: samples } : {}),
      }
      break
    }
    if (interrupted) break
    checkFinite(program, one)
  }
  const seconds = (performance.now() - begun) / 1000

  // what is served knows all that was not holdout out, validation rows included
  const evaluation =
    holdout.test && graph.evaluation.metrics.length > 0 && !interrupted
      ? await measure(program, samples, holdout, seed)
      : undefined
  const model = createModel(program, {
    ...state(),
    ...(evaluation ? { evaluation } : {}),
    ...(interrupted ? { checkpoint: interrupted } : {}),
  })
  return {
    model,
    ...(evaluation ? { evaluation } : {}),
    seconds,
    rows: training.events.count,
    backend,
    outcomes,
    ...(interrupted ? { interrupted } : {}),
  }
}

/** A phase after one that samples would have to be trained against every draw. */
const checkSampling = ({ phases }: Graph) => {
  const early = phases.slice(0, -1).find(({ solver }) => solver.kind === 'samples')
  if (early)
    throw new Failure('training', `"${early.type}" samples, and another phase follows it`, 'put it last in "solver"')
}

const checkFinite = (program: LoweredProgram, { trains, type }: Phase) => {
  for (const name of trains) {
    const values = program.tables.get(name)?.values ?? program.weights.get(name)!
    if (!values.every(Number.isFinite))
      throw new Failure(
        'training',
        `"${type}" left numbers in "${name}" that are not finite`,
        'lower the learning rate, or add l2',
      )
  }
}
