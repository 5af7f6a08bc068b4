import { callRefusing } from '../blame.js'
import type { CandidateSet, Scorer } from '../contract/candidates.js'
import type { Metric } from '../contract/metric.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { Chosen, Split } from '../contract/split.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import { sparse } from '../dataset/sparse.js'
import { takeEvents } from '../dataset/take.js'
import type { Target } from '../graph/graph.js'
import { isLabel } from '../graph/label.js'
import { stored } from './candidates/stored.js'
import { measureLists } from './lists.js'
import { everything, type Part, partOf, partsOf } from './parts.js'
import { popularity, recentPopularity } from './popularity.js'
import { type ClassMeasures, measurePredictions } from './predictions.js'
import { measureRankings } from './rankings.js'
import { type Receipt, receiptOf } from './receipt.js'
import type { EvaluationSpec, MetricSpec } from './spec.js'
import { targetValues } from './target.js'
import type { MeasuredUnits } from './units.js'

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
  /** Parts of the test rows that are measured too: names of `segmentations`. */
  readonly segments?: readonly string[]
  /** Whether the contributions of users are kept. */
  readonly units?: boolean
  /** The rows that the model was trained on, by which test rows are divided; default: all but the test rows. */
  readonly trained?: Dataset
  /** The plugins that operators may come from: messages about their faults name them. */
  readonly plugins?: readonly PluginIdentity[]
}

/** Metrics of a part of the test rows: their number and the same metrics. */
export interface MeasuredSegment extends Pick<Measured, 'metrics' | 'baseline' | 'rows'> {
  /** `cold`, `user-events`, … */
  readonly by: string
  readonly name: string
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
  /** Where training events have times: metrics by the number of an item's events in the newest tenth of them. */
  readonly recent?: Readonly<Record<string, number>>
  /** For a target with classes: every class with its test rows, precision and recall, NaN where it has no rows. */
  readonly classes?: readonly ClassMeasures[]
  /** Number of measured test rows. */
  readonly rows: number
  /** Of these, rows whose user or item is unknown to training; in a ranking an unknown item is a miss. */
  readonly unknown: { readonly users: number; readonly items: number }
  /** What the numbers are numbers of; absent where the baseline is left out. */
  readonly receipt?: Receipt
  /** Where they were asked for. */
  readonly units?: MeasuredUnits
  /** Parts with test rows, where they were asked for. */
  readonly segments?: readonly MeasuredSegment[]
}

const specsOf = (metrics: readonly MetricSpec[], kind: Metric['of']): readonly MetricSpec[] =>
  metrics.filter(({ definition }) => definition.of === kind)

// candidate lists of the data take precedence over the document
const candidatesOf = (spec: EvaluationSpec, training: Dataset): Chosen<CandidateSet> =>
  training.candidates ? { type: 'stored', definition: stored, params: {} } : spec.candidates

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
  const { plugins = [], seed } = options
  const predictions = specsOf(spec.metrics, 'predictions')
  const ofItems = spec.metrics.filter(({ definition }) => definition.of !== 'predictions')
  const [predicts, ranks] = [predictions.length > 0, ofItems.length > 0]
  if (predicts && !options.target) throw new Error(`metric "${predictions[0]!.text}" needs a target column`)
  const present = (of: Target | undefined) => (test.columns.has(of?.column ?? '') ? of : undefined)
  const target = predicts ? options.target : undefined
  // rankings do not need the column: the weight of each held-out item is then 1
  const relevance = present(options.relevance ?? (options.target?.classes ? undefined : options.target))
  const { rated, actual, ranked, weight } = testRows(test, target, relevance)
  const counts = { users: training.users.ids.count, items: training.items.ids.count }
  const set = specsOf(spec.metrics, 'rankings').length > 0 ? candidatesOf(spec, training) : undefined
  // predictions alone do not need the items of every user
  const task = ranks
    ? {
        training,
        seen: sparse(training.events, 'user', counts),
        user: ranked.user,
        item: ranked.item,
        weight,
        seed,
      }
    : undefined
  const rows = predicts && ranks ? test : predicts ? rated : ranked
  const segments = partsOf(options.segments ?? [], options.trained ?? training, rows)
  const parts = [everything, ...segments.map(({ has }) => partOf(has, rated, ranked))]
  const rowsOfTarget = { events: rated, actual, ...(target?.classes && { classes: target.classes }) }
  const measure = async (one: Scorer, parts: readonly Part[], measured = spec.metrics) => {
    const given = task && { ...task, scorer: one }
    const [ofRows, rankings, lists] = (['predictions', 'rankings', 'lists'] as const).map((of) => specsOf(measured, of))
    const predicted = await measurePredictions(ofRows!, one, rowsOfTarget, parts, plugins)
    const ofRankings = given && set && (await measureRankings(rankings!, set, given, parts, plugins))
    const ofLists = given ? await measureLists(lists!, given, plugins) : []
    const metrics = parts.map((_, index) => {
      const whole = index === 0 ? ofLists : []
      const values = new Map([...predicted.parts[index]!, ...(ofRankings?.parts[index] ?? []), ...whole])
      return Object.fromEntries(measured.map(({ text }) => [text, values.get(text) ?? Number.NaN]))
    })
    const units = {
      ...(predicts ? { predictions: { users: rated.user, rows: predicted.rows } } : {}),
      ...(ofRankings ? { rankings: ofRankings.units } : {}),
    }
    return { metrics, units, ...(predicted.classes && { classes: predicted.classes }) }
  }
  const baseline = () =>
    popularity(training, {
      ...(target && { targets: targetValues(target, training.events) }),
      ...(target?.classes && { classes: target.classes.length }),
      ...(isLabel(relevance) && { labels: targetValues(relevance!, training.events) }),
    })
  const protocol = idOf(options.split) + (set ? `/${protocolOf(set, training, plugins)}` : '')
  const { metrics, classes, units } = await measure(scorer, parts)
  const compares = options.baseline !== false
  const compared = compares ? (await measure(baseline(), parts)).metrics : []
  const recent = compares && ranks ? recentPopularity(training) : undefined
  return {
    protocol,
    metrics: metrics[0]!,
    ...(classes && { classes }),
    baseline: compared[0] ?? {},
    ...(recent ? { recent: (await measure(recent, [everything], ofItems)).metrics[0]! } : {}),
    rows: rows.count,
    unknown: {
      users: counts.users === 0 ? 0 : rows.user.filter((user) => user < 0).length,
      items: counts.items === 0 ? 0 : rows.item.filter((item) => item < 0).length,
    },
    ...(compares ? { receipt: await receiptOf(training, rows, { seed, stored: set?.definition === stored }) } : {}),
    ...(options.units ? { units } : {}),
    ...(options.segments && {
      segments: segments.map(({ by, name, count }, index) => ({
        by,
        name,
        rows: count,
        metrics: metrics[index + 1]!,
        baseline: compared[index + 1] ?? {},
      })),
    }),
  }
}
