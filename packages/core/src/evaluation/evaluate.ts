import { blame, callOperator, callRefusing, isSentence, type OperatorUse, operatorFault } from '../blame.js'
import type { CandidateSet, RankingTask, Scorer } from '../contract/candidates.js'
import type { Predictions, Ranking } from '../contract/metric.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { Chosen, Split } from '../contract/split.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import { sparse } from '../dataset/sparse.js'
import { takeEvents } from '../dataset/take.js'
import type { Target, TargetValue } from '../graph/graph.js'
import { isLabel } from '../graph/label.js'
import { stored } from './candidates/stored.js'
import { classCounts, f1Of, precisionOf, recallOf } from './metrics/classcounts.js'
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
  /** The target that says which test rows are relevant in rankings, and how much they weigh; default `target`. */
  readonly relevance?: Target
  /** Whether the baseline is measured too; default true. Early stopping leaves it out. */
  readonly baseline?: boolean
  /** The plugins that operators may come from: messages about their faults name them. */
  readonly plugins?: readonly PluginIdentity[]
}

/** The result of an evaluation. A metric that is undefined on the rows (auc with one label) is NaN. */
export interface Measured {
  /** `leave-one-out/sampled-99`, `given/all`, …; the second half only where something is ranked. */
  readonly protocol: string
  readonly metrics: Readonly<Record<string, number>>
  /**
   * The same metrics of the popularity baseline: number of events, or of positive ones (rankings); item means, or the
   * shares of the classes (predictions).
   */
  readonly baseline: Readonly<Record<string, number>>
  /** For a target with classes: every class with its test rows, precision and recall, NaN where it has no rows. */
  readonly classes?: readonly ClassMeasures[]
  /** Number of measured test rows. */
  readonly rows: number
  /** Of these, rows whose user or item is unknown to training; in a ranking an unknown item is a miss. */
  readonly unknown: { readonly users: number; readonly items: number }
}

/** What is measured of one class of a target. */
export interface ClassMeasures {
  readonly class: TargetValue
  readonly rows: number
  /** Rows that are predicted as the class. */
  readonly predicted: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

const specsOf = (spec: EvaluationSpec, kind: 'predictions' | 'rankings'): readonly MetricSpec[] =>
  spec.metrics.filter(({ definition }) => definition.of === kind)

// candidate lists of the data take precedence over the document
const candidatesOf = (spec: EvaluationSpec, training: Dataset): Chosen<CandidateSet> =>
  training.candidates ? { type: 'stored', definition: stored, params: {} } : spec.candidates

/** What a function of a metric returns: a number, NaN where the rows do not define it. */
const metricValue = (
  { text }: MetricSpec,
  plugins: readonly PluginIdentity[],
  method: string,
  call: () => number,
): number => {
  const use = { place: '/evaluation/metrics', type: text, plugins }
  const value = callOperator(use, call)
  if (typeof value === 'number') return value
  throw operatorFault(use, `returned ${value === null ? 'null' : `a value of type ${typeof value}`} from "${method}"`)
}

/** Throws unless the ranks of a ranking ascend from 0 or more to `candidates` or less. */
const checkRanking = (use: OperatorUse, { ranks, held, candidates }: Ranking) => {
  if (!(ranks.length <= held))
    throw operatorFault(use, `gave ${ranks.length} ranks of ${held} held-out items in a ranking`)
  for (let place = 0, least = 0; place < ranks.length; place++) {
    const rank = ranks[place]!
    if (!(rank >= least && rank <= candidates))
      throw operatorFault(use, `gave rank ${rank} at place ${place}, expected ascending ranks from 0 to ${candidates}`)
    least = rank
  }
}

/** Measured predictions: metrics, and for a target with classes those of each class. */
interface MeasuredPredictions {
  readonly metrics: ReadonlyMap<string, number>
  readonly classes?: readonly ClassMeasures[]
}

const measurePredictions = async (
  specs: readonly MetricSpec[],
  scorer: Scorer,
  test: Events,
  actual: Float64Array,
  classes: readonly TargetValue[] | undefined,
  plugins: readonly PluginIdentity[],
): Promise<MeasuredPredictions> => {
  if (specs.length === 0) return { metrics: new Map() }
  const predicted = await scorer.predict(test.user, test.item, test)
  const needing = specs.find(({ definition }) => definition.needsDistribution)
  const distribution = needing && scorer.distribution?.(test.user, test.item, test)
  if (needing && !distribution)
    throw new Error(`metric "${needing.text}" needs a loss that knows its deviation, or a solver that samples`)
  const rows = {
    predicted,
    actual,
    ...(distribution && { distribution }),
    ...(classes && { classes: classes.length }),
  }
  const metrics = new Map(
    specs.map((spec) => [
      spec.text,
      metricValue(spec, plugins, 'predictions', () => spec.definition.predictions!(rows, spec.variant)),
    ]),
  )
  return { metrics, ...(classes && { classes: measureClasses(classes, rows) }) }
}

const measureClasses = (classes: readonly TargetValue[], rows: Predictions): readonly ClassMeasures[] =>
  classCounts(rows).map((counts, place) => ({
    class: classes[place]!,
    rows: counts.rows,
    predicted: counts.predicted,
    precision: counts.rows === 0 ? Number.NaN : precisionOf(counts),
    recall: recallOf(counts),
    f1: counts.rows === 0 ? Number.NaN : f1Of(counts),
  }))

const measureRankings = async (
  specs: readonly MetricSpec[],
  { type, definition: set, params }: Chosen<CandidateSet>,
  task: RankingTask,
  plugins: readonly PluginIdentity[],
): Promise<Map<string, number>> => {
  const use = { place: '/evaluation/candidates', type, plugins }
  const sums = new Float64Array(specs.length)
  const weights = new Float64Array(specs.length)
  try {
    for await (const ranking of set.rank(params, task)) {
      checkRanking(use, ranking)
      for (const [place, spec] of specs.entries()) {
        const { definition: metric, k = 0, variant } = spec
        const weight = metric.weight ? metricValue(spec, plugins, 'weight', () => metric.weight!(ranking, variant)) : 1
        if (weight === 0) continue
        sums[place]! += weight * metricValue(spec, plugins, 'ranking', () => metric.ranking!(ranking, k, variant))
        weights[place]! += weight
      }
    }
  } catch (error) {
    throw isSentence(error) ? error : blame(use, error)
  }
  return new Map(specs.map(({ text }, place) => [text, sums[place]! / weights[place]!]))
}

const protocolOf = (
  { type, definition, params }: Chosen<CandidateSet>,
  training: Dataset,
  plugins: readonly PluginIdentity[],
) => callRefusing({ place: '/evaluation/candidates', type, plugins }, () => definition.protocol(params, training))

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

const testRows = (test: Events, target: Target | undefined, relevance: Target | undefined): TestRows => {
  const values = (of: Target | undefined) => (of ? targetValues(of, test) : new Float64Array(test.count).fill(1))
  const truth = values(target)
  const gain = relevance === target ? truth : values(relevance)
  const relevant = (row: number) => !isLabel(relevance) || gain[row] === 1
  return {
    rated: rowsWhere(test, (row) => !Number.isNaN(truth[row]!)),
    actual: truth.filter((value) => !Number.isNaN(value)),
    ranked: rowsWhere(test, relevant),
    weight: gain.filter((_, row) => relevant(row)).map((value) => Math.max(0, value || 0)),
  }
}

/**
 * Measures a scorer on test rows, and the popularity baseline under the same protocol. Predictions are measured on
 * every test row with a target; rankings on every test row, or, where the target is a label (`positive`, `atLeast`), on
 * the positive rows. Throws bare sentences where a metric needs what target, loss or data do not have.
 */
export const evaluate = async (
  scorer: Scorer,
  training: Dataset,
  test: Events,
  spec: EvaluationSpec,
  options: EvaluateOptions,
): Promise<Measured> => {
  const { plugins = [] } = options
  const [predictions, rankings] = [specsOf(spec, 'predictions'), specsOf(spec, 'rankings')]
  const [predicts, ranks] = [predictions.length > 0, rankings.length > 0]
  if (predicts && !options.target) throw new Error(`metric "${predictions[0]!.text}" needs a target column`)
  const present = (of: Target | undefined) => (test.columns.has(of?.column ?? '') ? of : undefined)
  const target = predicts ? options.target : undefined
  // rankings do not need the column: the weight of each held-out item is then 1
  const relevance = present(options.relevance ?? (options.target?.classes ? undefined : options.target))
  const { rated, actual, ranked, weight } = testRows(test, target, relevance)
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
    const predicted = await measurePredictions(predictions, one, rated, actual, target?.classes, plugins)
    const values = new Map([
      ...predicted.metrics,
      ...(task ? await measureRankings(rankings, set, { ...task, scorer: one }, plugins) : []),
    ])
    const metrics = Object.fromEntries(spec.metrics.map(({ text }) => [text, values.get(text)!]))
    return { metrics, ...(predicted.classes && { classes: predicted.classes }) }
  }
  const rows = predicts && ranks ? test : predicts ? rated : ranked
  const baseline = () =>
    popularity(training, {
      ...(target && { targets: targetValues(target, training.events) }),
      ...(target?.classes && { classes: target.classes.length }),
      ...(isLabel(relevance) && { labels: targetValues(relevance!, training.events) }),
    })
  return {
    protocol: idOf(options.split) + (set ? `/${protocolOf(set, training, plugins)}` : ''),
    ...(await measure(scorer)),
    baseline: options.baseline === false ? {} : (await measure(baseline())).metrics,
    rows: rows.count,
    unknown: {
      users: counts.users === 0 ? 0 : rows.user.filter((user) => user < 0).length,
      items: counts.items === 0 ? 0 : rows.item.filter((item) => item < 0).length,
    },
  }
}
