import { mix } from '@recspec/kernels'
import { callOperator, lossUse } from '../blame.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import { joinEvents } from '../dataset/join.js'
import { observed } from '../dataset/observed.js'
import { sparse } from '../dataset/sparse.js'
import { takeEvents } from '../dataset/take.js'
import { type EvaluateOptions, evaluate, type Measured } from '../evaluation/evaluate.js'
import { givenSplit, type Holdout, holdOut, holdOutValidation } from '../evaluation/holdout.js'
import type { EvaluationSpec } from '../evaluation/spec.js'
import { Failure } from '../failure.js'
import type { Graph } from '../graph/graph.js'
import { predictingHead } from '../graph/heads.js'
import { withoutInput } from '../model/ablation.js'
import type { Evaluation, MeasuredOn, MeasureOptions } from '../model/model.js'
import type { PosteriorSample } from '../model/posterior.js'
import { scorerOf } from '../model/ranking/scorer.js'
import type { LoweredProgram } from '../program/lowered.js'
import { targetOf, targetsOf } from '../program/target.js'
import { withFolded } from './folded.js'
import { pruneColumns } from './prune.js'

/** Turns an Error with a sentence, thrown by evaluation, into a Failure of the data. */
const ofData = <T>(work: () => T): T => {
  const explained = (error: unknown): never => {
    if (error instanceof Failure || !(error instanceof Error) || error.constructor !== Error) throw error
    throw new Failure('data', error.message)
  }
  try {
    const made = work()
    return made instanceof Promise ? (made.catch(explained) as T) : made
  } catch (error) {
    return explained(error)
  }
}

/** Holds out test rows, and validation rows where solvers need metrics. Checks the targets of all rows first. */
export const holdOutRows = (graph: Graph, data: Dataset, requested: readonly string[], seed: number) =>
  ofData(() => {
    for (const head of graph.heads.values()) {
      targetOf(head, data.events)
      callOperator(lossUse(graph, head), () => targetsOf(head, data.events))
    }
    if (graph.evaluation.candidates.type === 'stored' && !data.candidates)
      throw new Failure(
        'data',
        'candidates "stored" need candidate lists in the data',
        'a data document names them under "candidates"',
      )
    const holdout = holdOut(data, graph.evaluation, seed, graph.plugins)
    return {
      holdout,
      inner: requested.length > 0 ? holdOutValidation(holdout, graph.evaluation, seed, graph.plugins) : undefined,
    }
  })

const run = (
  program: LoweredProgram,
  samples: readonly PosteriorSample[],
  holdout: Holdout,
  spec: EvaluationSpec,
  rest: Pick<EvaluateOptions, 'seed' | 'baseline' | 'segments' | 'units'>,
): Promise<Measured> => {
  const { folded, training, ...held } = holdout
  if (!folded) return runOn(program, samples, holdout, spec, rest)
  const events = joinEvents(training.events, folded)
  return withFolded(program, folded, rest.seed, (knowing) =>
    runOn(knowing, samples, { ...held, training: { ...training, events } }, spec, rest),
  )
}

const runOn = (
  program: LoweredProgram,
  samples: readonly PosteriorSample[],
  holdout: Holdout,
  spec: EvaluationSpec,
  rest: Pick<EvaluateOptions, 'seed' | 'baseline' | 'segments' | 'units'>,
) =>
  ofData(() => {
    const { target } = predictingHead(program.graph)
    const { plugins, ranking } = program.graph
    const options = {
      split: holdout.split,
      plugins,
      trained: program.dataset,
      ...rest,
      ...(target ? { target } : {}),
      ...(ranking?.target ? { relevance: ranking.target } : {}),
    }
    return evaluate(scorerOf(program, samples), holdout.training, holdout.test!, spec, options)
  })

/** The requested metrics on validation rows. */
export const validation = async (
  program: LoweredProgram,
  samples: readonly PosteriorSample[],
  holdout: Holdout,
  requested: readonly string[],
  seed: number,
) => {
  const spec = {
    ...program.graph.evaluation,
    metrics: requested.map((text) => program.graph.validationMetrics.get(text)!),
  }
  return (await run(program, samples, holdout, spec, { seed, baseline: false })).metrics
}

/** The heads that the metrics of a graph measure, where it has several to choose from. */
const measuredHeads = (graph: Graph): Pick<Evaluation, 'head'> => {
  if (graph.heads.size < 2) return {}
  const predicts = graph.evaluation.metrics.some(({ definition }) => definition.of === 'predictions')
  const ranks = graph.evaluation.metrics.some(({ definition }) => definition.of !== 'predictions')
  const { name } = predictingHead(graph)
  return {
    head: {
      ...(predicts ? { predictions: name } : {}),
      ...(ranks ? { rankings: graph.ranking?.name ?? name } : {}),
    },
  }
}

/** Measures on test rows. Items of all other rows count as seen; test rows that are training rows are counted. */
export const measure = async (
  program: LoweredProgram,
  samples: readonly PosteriorSample[],
  holdout: Holdout,
  seed: number,
  { evaluation = {}, baseline = true, ...rest }: Omit<MeasureOptions, 'without'> & { readonly baseline?: boolean } = {},
): Promise<Evaluation> => {
  const spec = { ...program.graph.evaluation, ...evaluation }
  const measured = await run(program, samples, holdout, spec, { seed, baseline, ...rest })
  const trained = rowsAmong(program.dataset, holdout.test!, holdout.training.events).length
  return { ...measured, ...(trained > 0 ? { trained } : {}), ...measuredHeads(program.graph) }
}

/** Rows of events whose user and item are those of a training event. */
const rowsAmong = ({ users, items }: Dataset, events: Events, training: Events): Int32Array => {
  const counts = { users: users.ids.count, items: items.ids.count }
  const has = observed(sparse(training, 'user', counts), counts.items)
  return rowsThat(events, (row) => events.item[row]! >= 0 && has(events.user[row]!, events.item[row]!))
}

const rowsThat = (events: Events, keep: (row: number) => boolean) =>
  Int32Array.from({ length: events.count }, (_, row) => row).filter(keep)

/** Measures a model on rows of a data set; the items of `known` events are excluded from the candidates. */
export const measureOn = async (
  program: LoweredProgram,
  samples: readonly PosteriorSample[],
  known: Events,
  data: Dataset,
  { seed, on, without, ...rest }: MeasureOptions & { readonly seed: number; readonly on: MeasuredOn },
): Promise<Evaluation> => {
  const holdout = on === 'held-out' ? heldOutAgain(program, known, data, seed) : rowsOn(program, known, data, on)
  if (without === undefined) return measure(program, samples, holdout, seed, rest)
  const measured = await measure(withoutInput(program, without), samples, holdout, seed, { ...rest, baseline: false })
  return { ...measured, protocol: `${measured.protocol}/without-${without}` }
}

/** The test rows of a data set, or its rows that the model was trained on. */
const rowsOn = (
  program: LoweredProgram,
  known: Events,
  { test, events, candidates }: Dataset,
  on: 'test' | 'trained',
): Holdout => {
  const { users, items } = program.dataset
  const rows =
    on === 'test' ? (test ?? events) : takeEvents(events, rowsAmong(program.dataset, events, program.dataset.events))
  if (on === 'trained' && rows.count === 0)
    throw new Failure('data', 'the model was trained on none of these rows', 'rows are known by their user and item')
  if (rows.count === 0) throw new Failure('data', 'no test rows')
  const entities = users.ids.count + items.ids.count > 0
  if (entities && rows.user.every((user) => user < 0) && rows.item.every((item) => item < 0))
    throw new Failure(
      'data',
      'none of the test rows has a user or an item that the model knows',
      'is it the data of another model?',
    )
  // stored candidates belong to the test rows
  const lists = on === 'test' && candidates ? { candidates } : {}
  return {
    training: { ...program.dataset, events: known, ...lists },
    test: rows,
    split: on === 'test' ? givenSplit : { ...givenSplit, type: on },
  }
}

/** The test rows that the document's split holds out of the data that the model was trained with. */
const heldOutAgain = ({ graph, dataset }: LoweredProgram, known: Events, data: Dataset, seed: number): Holdout => {
  const { training, ...held } = ofData(() => holdOut(pruneColumns(data, graph), graph.evaluation, seed, graph.plugins))
  if (pairSum(training.events) !== pairSum(known))
    throw new Failure(
      'data',
      'the model was trained on other rows than those that its split leaves of this data',
      'give the data that it was trained with, or measure on the test rows of other data without --held-out',
    )
  if (!held.test) throw new Failure('data', 'the split of the document holds out no rows')
  const { candidates } = training
  return { ...held, training: { ...dataset, events: known, ...(candidates ? { candidates } : {}) } }
}

/** A hash of the pairs of events in any order. */
export const pairSum = ({ user, item, count }: Events): number => {
  let sum = count
  for (let row = 0; row < count; row++) sum = (sum + mix(mix(0, user[row]!), item[row]!)) % 2 ** 48
  return sum
}
