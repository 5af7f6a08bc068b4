import type { CandidateSet, RankingTask, Scorer } from '../contract/candidates.js'
import type { Chosen, Split } from '../contract/split.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import { sparse } from '../dataset/sparse.js'
import { takeEvents } from '../dataset/take.js'
import type { Target } from '../graph/graph.js'
import { stored } from './candidates/stored.js'
import { popularity } from './popularity.js'
import type { EvaluationSpec, MetricSpec } from './spec.js'
import { targetValues } from './target.js'

/** Options of an evaluation. */
export interface EvaluateOptions {
  /** The split that held out the test rows (`Holdout.split`); first half of the protocol's id. */
  readonly split: Chosen<Split>
  readonly seed: number
  /** The target of the measured head; absent where it has none. */
  readonly target?: Target
  /** Whether the baseline is measured too; default true. Early stopping leaves it out. */
  readonly baseline?: boolean
}

/** The result of an evaluation. A metric that is undefined on the rows (auc with one label) is NaN. */
export interface Measured {
  /** `leave-one-out/sampled-99`, `given/all`, …; the second half only where something is ranked. */
  readonly protocol: string
  readonly metrics: Readonly<Record<string, number>>
  /** The same metrics of the popularity baseline: number of events (rankings), item means (predictions). */
  readonly baseline: Readonly<Record<string, number>>
  /** Number of measured test rows. */
  readonly rows: number
  /** Of these, rows whose user or item is unknown to training; in a ranking an unknown item is a miss. */
  readonly unknown: { readonly users: number; readonly items: number }
}

const specsOf = (spec: EvaluationSpec, kind: 'predictions' | 'rankings'): readonly MetricSpec[] =>
  spec.metrics.filter(({ definition }) => definition.of === kind)

// candidate lists of the data take precedence over the document
const candidatesOf = (spec: EvaluationSpec, training: Dataset): Chosen<CandidateSet> =>
  training.candidates ? { type: 'stored', definition: stored, params: {} } : spec.candidates

const measurePredictions = async (
  specs: readonly MetricSpec[],
  scorer: Scorer,
  test: Events,
  actual: Float64Array,
): Promise<Map<string, number>> => {
  if (specs.length === 0) return new Map()
  const predicted = await scorer.predict(test.user, test.item, test)
  const needing = specs.find(({ definition }) => definition.needsDistribution)
  const distribution = needing && scorer.distribution?.(test.user, test.item, test)
  if (needing && !distribution)
    throw new Error(`metric "${needing.text}" needs a loss that knows its deviation, or a solver that samples`)
  const rows = { predicted, actual, ...(distribution && { distribution }) }
  return new Map(specs.map(({ text, definition, variant }) => [text, definition.predictions!(rows, variant)]))
}

const measureRankings = async (
  specs: readonly MetricSpec[],
  { definition: set, params }: Chosen<CandidateSet>,
  task: RankingTask,
): Promise<Map<string, number>> => {
  const sums = new Float64Array(specs.length)
  const weights = new Float64Array(specs.length)
  for await (const ranking of set.rank(params, task)) {
    for (const [place, { definition: metric, k = 0, variant }] of specs.entries()) {
      const weight = metric.weight?.(ranking, variant) ?? 1
      if (weight === 0) continue
      sums[place]! += weight * metric.ranking!(ranking, k, variant)
      weights[place]! += weight
    }
  }
  return new Map(specs.map(({ text }, place) => [text, sums[place]! / weights[place]!]))
}

/** The protocol's name of a split: type and parameters, `ratio-0.1`. */
const idOf = ({ type, params }: Chosen<Split>): string => [type, ...Object.values(params)].join('-')

const rowsWhere = (events: Events, keep: (row: number) => boolean): Events => {
  const rows = Int32Array.from({ length: events.count }, (_, row) => row).filter(keep)
  return rows.length === events.count ? events : takeEvents(events, rows)
}

/**
 * Test rows by use: predictions are measured on `rated`, with their targets; `ranked` are held-out cells, with weights.
 */
interface TestRows {
  readonly rated: Events
  readonly actual: Float64Array
  readonly ranked: Events
  readonly weight: Float64Array
}

const testRows = (test: Events, target: Target | undefined): TestRows => {
  const truth = target ? targetValues(target, test) : new Float64Array(test.count).fill(1)
  const liked = (row: number) => target?.positive === undefined || truth[row] === 1
  return {
    rated: rowsWhere(test, (row) => !Number.isNaN(truth[row]!)),
    actual: truth.filter((value) => !Number.isNaN(value)),
    ranked: rowsWhere(test, liked),
    weight: truth.filter((_, row) => liked(row)).map((value) => Math.max(0, value || 0)),
  }
}

/**
 * Measures a scorer on test rows, and the popularity baseline under the same protocol. Predictions are measured on
 * every test row with a target; rankings on every test row, or, where the target has a `positive` value, on the rows
 * with that value. Throws bare sentences where a metric needs what target, loss or data do not have.
 */
export const evaluate = async (
  scorer: Scorer,
  training: Dataset,
  test: Events,
  spec: EvaluationSpec,
  options: EvaluateOptions,
): Promise<Measured> => {
  const [predictions, rankings] = [specsOf(spec, 'predictions'), specsOf(spec, 'rankings')]
  const [predicts, ranks] = [predictions.length > 0, rankings.length > 0]
  if (predicts && !options.target) throw new Error(`metric "${predictions[0]!.text}" needs a target column`)
  // rankings do not need the column: the weight of each held-out item is then 1
  const target = predicts || test.columns.has(options.target?.column ?? '') ? options.target : undefined
  const { rated, actual, ranked, weight } = testRows(test, target)
  const counts = { users: training.users.ids.count, items: training.items.ids.count }
  const set = ranks ? candidatesOf(spec, training) : undefined
  const task = set && {
    training,
    seen: sparse(training.events, 'user', counts),
    user: ranked.user,
    item: ranked.item,
    weight,
    seed: options.seed,
  }
  const measure = async (one: Scorer) => {
    const values = new Map([
      ...(await measurePredictions(predictions, one, rated, actual)),
      ...(task ? await measureRankings(rankings, set, { ...task, scorer: one }) : []),
    ])
    return Object.fromEntries(spec.metrics.map(({ text }) => [text, values.get(text)!]))
  }
  const rows = predicts && ranks ? test : predicts ? rated : ranked
  const baseline = () => popularity(training, target && predicts ? targetValues(target, training.events) : undefined)
  return {
    protocol: idOf(options.split) + (set ? `/${set.definition.protocol(set.params, training)}` : ''),
    metrics: await measure(scorer),
    baseline: options.baseline === false ? {} : await measure(baseline()),
    rows: rows.count,
    unknown: {
      users: counts.users === 0 ? 0 : rows.user.filter((user) => user < 0).length,
      items: counts.items === 0 ? 0 : rows.item.filter((item) => item < 0).length,
    },
  }
}
