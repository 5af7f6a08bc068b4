import * as tf from '@tensorflow/tfjs-core'
import { useBackend } from '../backend/backend.js'
import type { Progress, Run } from '../contract/solver.js'
import type { Dataset } from '../dataset/dataset.js'
import { Failure } from '../failure.js'
import type { Graph, Phase } from '../graph/graph.js'
import { problemOf } from '../graph/problem.js'
import { lower } from '../program/lower.js'
import type { LoweredProgram } from '../program/lowered.js'
import { breathing } from '../train/breath.js'
import { modelOf } from './bind.js'
import { rhythm } from './checkpoint.js'
import { fingerprint } from './fingerprint.js'
import { lean } from './lean.js'
import { measure, setAside, validation } from './measure.js'
import type { Checkpoint, Outcome, Standing, Trained, TrainOptions } from './model.js'
import { copies, type Draw } from './sample.js'
import { writeModel } from './write.js'

/** Trains a graph on a data set, phase by phase, and measures what came of it on rows that training never saw. */
export const train = async (graph: Graph, data: Dataset, options: TrainOptions): Promise<Trained> => {
  const { kernels, seed = 0, signal, resume, checkpointEvery, onCheckpoint, onReport } = options
  const backend = tf.engine().backendName ?? (await useBackend())
  const asked = [...new Set(graph.phases.flatMap(({ solver, params }) => solver.validates?.(params) ?? []))]
  const { held, inner } = setAside(graph, lean(data, graph), asked, seed)
  if (held.training.events.count === 0) throw new Failure('data', 'no training rows')
  const training = inner?.training ?? held.training
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
  const validate = inner?.test && (() => validation(program, draws, inner, asked, seed))
  checkSampling(graph)
  const draws: Draw[] = [...(resume?.draws ?? [])]
  const outcomes: Outcome[] = [...(resume?.outcomes ?? [])]
  const trait = () => ({
    seed,
    ...(inner?.test ? { aside: inner.test } : {}),
    ...(draws.length > 0 ? { draws } : {}),
  })
  // a solver need not wait for anything by itself, and a signal could not arrive
  const breathe = breathing()
  let interrupted: Checkpoint | undefined
  for (const [phase, one] of graph.phases.entries()) {
    if (resume && phase < resume.phase) continue
    const from = resume?.phase === phase ? resume.step : 0
    const { isDue, kept } = rhythm(onCheckpoint && checkpointEvery, from, () => performance.now() / 1000)
    const standing = ({ step, state }: Progress): Standing => ({ phase, step, data: mark, state: state(), outcomes })
    const run: Run = {
      seed,
      phase,
      due: isDue,
      ...(signal ? { signal } : {}),
      ...(resume?.phase === phase ? { resume: resume.state } : {}),
      ...(validate ? { validate } : {}),
    }
    for await (const progress of one.solver.fit(one.params, problemOf(graph, one), program, run)) {
      const seconds = (performance.now() - begun) / 1000
      const { epoch, epochs, best } = progress
      if (progress.sample) draws.push({ weights: copies(program, one.trains), ...progress.sample })
      outcomes[phase] = { solver: one.type, epoch, epochs, ...(best === undefined ? {} : { best }) }
      if (!progress.partial) onReport?.({ ...progress, phase, phases: graph.phases.length, solver: one.type, seconds })
      if (isDue(progress.step)) {
        await onCheckpoint!(await writeModel(program, { ...trait(), checkpoint: standing(progress) }))
        kept(progress.step)
      }
      await breathe()
      if (!signal?.aborted) continue
      interrupted = {
        ...standing(progress),
        weights: copies(program),
        ...(draws.length > 0 ? { draws } : {}),
      }
      break
    }
    if (interrupted) break
    checkFinite(program, one)
  }
  const seconds = (performance.now() - begun) / 1000

  // what is served knows all that was not held out, validation rows included
  const evaluation =
    held.test && graph.evaluation.metrics.length > 0 && !interrupted
      ? await measure(program, draws, held, seed)
      : undefined
  const model = modelOf(program, {
    ...trait(),
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
