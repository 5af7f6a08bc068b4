import { blame, callOperator, callRefusing, isSentence, type OperatorUse, operatorFault } from '../blame.js'
import type { CandidateSet, RankingTask, Scorer } from '../contract/candidates.js'
import type { Predictions, PredictiveDistribution, Ranking } from '../contract/metric.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { Chosen, Split } from '../contract/split.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import { sparse } from '../dataset/sparse.js'
import { takeEvents } from '../dataset/take.js'
import type { Target, TargetValue } from '../graph/graph.js'
import { isLabel } from '../graph/label.js'
import { stored } from './candidates/stored.js'
import { classCounts, f1Of, precisionOf, recallOf } from './metrics/classcounts.js'
import { popularity, recentPopularity } from './popularity.js'
import { segmentations } from './segments/index.js'
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

/** What each user contributes to metrics: intervals and paired tests resample users. */
export interface MeasuredUnits {
  /** For metrics of rankings: each ranking with its user, −1 for unknown, and for each metric its value and weight. */
  readonly rankings?: {
    readonly users: Int32Array
    readonly values: ReadonlyMap<string, Float64Array>
    readonly weights: ReadonlyMap<string, Float64Array>
  }
  /** For metrics of predictions: the measured rows, each with its user. */
  readonly predictions?: { readonly users: Int32Array; readonly rows: Predictions }
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
  /** Of a split by time: metrics of rankings by the number of events in the newest tenth of the training events. */
  readonly recent?: Readonly<Record<string, number>>
  /** For a target with classes: every class with its test rows, precision and recall, NaN where it has no rows. */
  readonly classes?: readonly ClassMeasures[]
  /** Number of measured test rows. */
  readonly rows: number
  /** Of these, rows whose user or item is unknown to training; in a ranking an unknown item is a miss. */
  readonly unknown: { readonly users: number; readonly items: number }
  /** Where they were asked for. */
  readonly units?: MeasuredUnits
  /** Parts with test rows, where they were asked for. */
  readonly segments?: readonly MeasuredSegment[]
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

/** Measured predictions: metrics of each part, and for a target with classes those of each class. */
interface MeasuredPredictions {
  readonly parts: readonly ReadonlyMap<string, number>[]
  readonly classes?: readonly ClassMeasures[]
}

/** A part of the test rows: whether a row of predictions, or a cell of rankings, is in it. */
interface Part {
  row(row: number): boolean
  cell(cell: number): boolean
}

const everything: Part = { row: () => true, cell: () => true }

const picked = <A extends Float32Array | Float64Array>(values: A, rows: Int32Array): A =>
  (values.constructor as unknown as { from(rows: Int32Array, of: (row: number) => number): A }).from(
    rows,
    (row) => values[row]!,
  )

/** Metrics of predictions for each part of the rows. */
const measurePredictions = async (
  specs: readonly MetricSpec[],
  scorer: Scorer,
  test: Events,
  actual: Float64Array,
  classes: readonly TargetValue[] | undefined,
  parts: readonly Part[],
  plugins: readonly PluginIdentity[],
): Promise<MeasuredPredictions> => {
  if (specs.length === 0) return { parts: parts.map(() => new Map()) }
  const predicted = await scorer.predict(test.user, test.item, test)
  const needing = specs.find(({ definition }) => definition.needsDistribution)
  const distribution = needing && scorer.distribution?.(test.user, test.item, test)
  if (needing && !distribution)
    throw new Error(`metric "${needing.text}" needs a loss that knows its deviation, or a solver that samples`)
  const all = {
    predicted,
    actual,
    ...(distribution && { distribution }),
    ...(classes && { classes: classes.length }),
  }
  const measured = parts.map((part) => {
    const rows = part === everything ? all : predictionsOf(all, Int32Array.from(actual.keys()).filter(part.row))
    return new Map(
      specs.map((spec) => [
        spec.text,
        metricValue(spec, plugins, 'predictions', () => spec.definition.predictions!(rows, spec.variant)),
      ]),
    )
  })
  return { parts: measured, ...(classes && { classes: measureClasses(classes, all) }) }
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

interface AllPredictions {
  readonly predicted: Float32Array
  readonly actual: Float64Array
  readonly distribution?: PredictiveDistribution
  readonly classes?: number
}

/** Some rows of predictions: of classes, each row has a number for each class. */
const predictionsOf = ({ predicted, actual, distribution, classes }: AllPredictions, rows: Int32Array) => {
  const width = classes ?? 1
  const numbers = Int32Array.from(
    { length: rows.length * width },
    (_, k) => rows[Math.floor(k / width)]! * width + (k % width),
  )
  const samples = distribution?.deviations.length ?? 0
  return {
    predicted: picked(predicted, numbers),
    actual: picked(actual, rows),
    ...(classes && { classes }),
    ...(distribution && {
      distribution: {
        ...distribution,
        means: Array.from(rows).flatMap((row) =>
          Array.from({ length: samples }, (_, sample) => distribution.means[row * samples + sample]!),
        ),
      },
    }),
  }
}

/** The ranking of the held-out items of a part; undefined where it has none of them. */
const rankingOf = (use: OperatorUse, ranking: Ranking, part: Part): Ranking | undefined => {
  if (part === everything) return ranking
  const { ranks, held, weights, cells } = ranking
  if (!cells) throw operatorFault(use, 'gave a ranking without "cells", which metrics of segments need')
  const places = Array.from({ length: held }, (_, place) => place).filter((place) => part.cell(cells[place]!))
  if (places.length === 0) return undefined
  return {
    ranks: places.filter((place) => place < ranks.length).map((place) => ranks[place]!),
    held: places.length,
    candidates: ranking.candidates,
    ...(weights ? { weights: places.map((place) => weights[place]!) } : {}),
    cells: places.map((place) => cells[place]!),
  }
}

/** Metrics of rankings for each part of the held-out items. */
const measureRankings = async (
  specs: readonly MetricSpec[],
  { type, definition: set, params }: Chosen<CandidateSet>,
  task: RankingTask,
  parts: readonly Part[],
  plugins: readonly PluginIdentity[],
): Promise<readonly ReadonlyMap<string, number>[]> => {
  const use = { place: '/evaluation/candidates', type, plugins }
  const sums = parts.map(() => new Float64Array(specs.length))
  const weights = parts.map(() => new Float64Array(specs.length))
  try {
    for await (const whole of set.rank(params, task)) {
      checkRanking(use, whole)
      for (const [index, part] of parts.entries()) {
        const ranking = rankingOf(use, whole, part)
        if (!ranking) continue
        for (const [place, spec] of specs.entries()) {
          const { definition: metric, k = 0, variant } = spec
          const weight = metric.weight
            ? metricValue(spec, plugins, 'weight', () => metric.weight!(ranking, variant))
            : 1
          if (weight === 0) continue
          sums[index]![place]! +=
            weight * metricValue(spec, plugins, 'ranking', () => metric.ranking!(ranking, k, variant))
          weights[index]![place]! += weight
        }
      }
    }
  } catch (error) {
    throw isSentence(error) ? error : blame(use, error)
  }
  return parts.map(
    (_, index) => new Map(specs.map(({ text }, place) => [text, sums[index]![place]! / weights[index]![place]!])),
  )
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

/** A part of the test rows, with their number. */
interface SegmentRows {
  readonly by: string
  readonly name: string
  readonly count: number
  has(user: number, item: number): boolean
}

/** The parts that segmentations divide test rows into, those without rows left out. */
const partsOf = (names: readonly string[], trained: Dataset, test: Events): readonly SegmentRows[] =>
  names.flatMap((by) => {
    const found = segmentations[by]
    if (!found)
      throw new Error(
        `unknown segments "${by}", expected ${Object.keys(segmentations)
          .map((name) => `"${name}"`)
          .join(' or ')}`,
      )
    const { names: parts, of } = found.segments(trained, test)
    const counts = new Int32Array(parts.length)
    for (let row = 0; row < test.count; row++) counts[of(test.user[row]!, test.item[row]!)]!++
    return parts.flatMap((name, part) =>
      counts[part]! > 0
        ? [{ by, name, count: counts[part]!, has: (user: number, item: number) => of(user, item) === part }]
        : [],
    )
  })

const partOf = (has: SegmentRows['has'], rated: Events, ranked: Events): Part => ({
  row: (row) => has(rated.user[row]!, rated.item[row]!),
  cell: (cell) => has(ranked.user[cell]!, ranked.item[cell]!),
})

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
  const recent =
    options.baseline !== false && ranks && options.split.definition.needsTimes ? recentPopularity(training) : undefined
  const measureRecent = async (scorer: Scorer) =>
    Object.fromEntries((await measureRankings(rankings, set!, { ...task!, scorer }, [everything], plugins))[0]!)
  const rows = predicts && ranks ? test : predicts ? rated : ranked
  const segments = partsOf(options.segments ?? [], options.trained ?? training, rows)
  const parts = [everything, ...segments.map(({ has }) => partOf(has, rated, ranked))]
  const measure = async (one: Scorer) => {
    const predicted = await measurePredictions(predictions, one, rated, actual, target?.classes, parts, plugins)
    const inRanking = task && (await measureRankings(rankings, set, { ...task, scorer: one }, parts, plugins))
    const metrics = parts.map((_, index) => {
      const values = new Map([...predicted.parts[index]!, ...(inRanking?.[index] ?? [])])
      return Object.fromEntries(spec.metrics.map(({ text }) => [text, values.get(text)!]))
    })
    return { metrics, ...(predicted.classes && { classes: predicted.classes }) }
  }
  const baseline = () =>
    popularity(training, {
      ...(target && { targets: targetValues(target, training.events) }),
      ...(target?.classes && { classes: target.classes.length }),
      ...(isLabel(relevance) && { labels: targetValues(relevance!, training.events) }),
    })
  const protocol = idOf(options.split) + (set ? `/${protocolOf(set, training, plugins)}` : '')
  const { metrics, classes } = await measure(scorer)
  const compared = options.baseline === false ? [] : (await measure(baseline())).metrics
  return {
    protocol,
    metrics: metrics[0]!,
    ...(classes && { classes }),
    baseline: compared[0] ?? {},
    ...(recent ? { recent: await measureRecent(recent) } : {}),
    rows: rows.count,
    unknown: {
      users: counts.users === 0 ? 0 : rows.user.filter((user) => user < 0).length,
      items: counts.items === 0 ? 0 : rows.item.filter((item) => item < 0).length,
    },
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
