import { contentDigest, type Graph, type TrainOptions, train } from '@recspec/core'
import { foldGraph, type NumberedProposal } from '@recspec/study'
import { reasonOf } from '../exit.js'
import type { Host } from '../host.js'
import { openRuntime } from '../project/runtime.js'
import type { Plan, TuneOptions } from './plan.js'
import type { FoldRecord, TrialRecord } from './record.js'
import type { Unfinished } from './unfinished.js'

/** Where a trial runs, and who listens. */
export interface TrialRun extends Pick<TrainOptions, 'onReport' | 'onStep'> {
  readonly host: Host
  readonly plan: Plan
  readonly options: TuneOptions
  readonly unfinished: Unfinished
  readonly signal: AbortSignal
}

/** Reasons that end a trial, not the search: the values do not go together, training diverges or needs too much. */
const ofTrial: ReadonlySet<string> = new Set(['document', 'budget'])

/**
 * Trains the document of a trial, once for each fold, from where an earlier process was stopped; undefined where the
 * signal stops it too.
 */
export const runTrial = async (run: TrialRun, proposal: NumberedProposal): Promise<TrialRecord | undefined> => {
  const { plan, unfinished } = run
  const { number, settings, budget, promotes } = proposal
  const started = performance.now()
  const folds: FoldRecord[] = [...(await unfinished.folds())]
  const before = folds.reduce((sum, { seconds }) => sum + seconds, 0)
  const seconds = () => before + (performance.now() - started) / 1000
  const told = {
    trial: number + 1,
    values: settings,
    ...(budget === undefined ? {} : { budget }),
    ...(promotes === undefined ? {} : { promotes: promotes + 1 }),
  }
  try {
    const graph = plan.compile(proposal)
    while (folds.length < plan.folds.splits.length) {
      const record = await runFold(run, graph, folds.length)
      if (!record) return undefined
      folds.push(record)
      if (folds.length < plan.folds.splits.length) await unfinished.keepFolds(folds)
    }
  } catch (error) {
    const reason = reasonOf(error)
    if (!ofTrial.has(reason)) throw error
    const [message = ''] = (error as Error).message.split('\n')
    return { ...told, state: 'failed', value: null, folds, error: { reason, message }, seconds: seconds() }
  }
  const value = folds.reduce((sum, fold) => sum + fold.value, 0) / folds.length
  if (Number.isFinite(value)) return { ...told, state: 'finished', value, folds, seconds: seconds() }
  const message = `${plan.section.metric} is not defined on the validation rows`
  return { ...told, state: 'failed', value: null, folds, error: { reason: 'document', message }, seconds: seconds() }
}

const runFold = async (run: TrialRun, graph: Graph, fold: number): Promise<FoldRecord | undefined> => {
  const { host, plan, options, unfinished, signal, onReport, onStep } = run
  const started = performance.now()
  const resume = await unfinished.checkpoint(fold)
  // memory of the kernels is given back by closing them
  const { kernels } = await openRuntime(host, options)
  try {
    const measured = foldGraph(graph, plan.folds, fold, plan.metric)
    const trained = await train(measured, plan.folds.training, {
      seed: options.seed,
      kernels,
      signal,
      ...(resume ? { resume } : {}),
      ...(options.budget === undefined ? {} : { budget: options.budget }),
      checkpointEvery: options.checkpointEvery,
      onCheckpoint: (content) => unfinished.keepCheckpoint(fold, content),
      ...(onReport ? { onReport } : {}),
      ...(onStep ? { onStep } : {}),
    })
    if (trained.interrupted) {
      await unfinished.keepCheckpoint(fold, await trained.model.save())
      return undefined
    }
    if (trained.evaluationError !== undefined) throw trained.evaluationError
    return {
      value: trained.evaluation!.metrics[plan.section.metric]!,
      digest: await contentDigest(await trained.model.save()),
      outcomes: trained.outcomes,
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    await kernels.close()
  }
}
