import type { Scorer } from '../contract/candidates.js'
import type { Predictions, PredictiveDistribution } from '../contract/metric.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { Events } from '../dataset/dataset.js'
import type { TargetValue } from '../graph/graph.js'
import { classCounts, f1Of, precisionOf, recallOf } from './metrics/classcounts.js'
import { metricValue } from './metricvalue.js'
import { everything, type Part } from './parts.js'
import type { MetricSpec } from './spec.js'

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

/** Measured predictions: metrics of each part, and for a target with classes those of each class. */
export interface MeasuredPredictions {
  readonly parts: readonly ReadonlyMap<string, number>[]
  readonly classes?: readonly ClassMeasures[]
  readonly rows: Predictions
}

/** Test rows with their targets; with classes, `actual` has the index of each. */
export interface TargetRows {
  readonly events: Events
  readonly actual: Float64Array
  readonly classes?: readonly TargetValue[]
}

const picked = <A extends Float32Array | Float64Array | Int32Array>(values: A, rows: Int32Array): A =>
  (values.constructor as unknown as { from(rows: Int32Array, of: (row: number) => number): A }).from(
    rows,
    (row) => values[row]!,
  )

/** Metrics of predictions for each part of the rows. */
export const measurePredictions = async (
  specs: readonly MetricSpec[],
  scorer: Scorer,
  { events: test, actual, classes }: TargetRows,
  parts: readonly Part[],
  plugins: readonly PluginIdentity[],
): Promise<MeasuredPredictions> => {
  if (specs.length === 0)
    return { parts: parts.map(() => new Map()), rows: { predicted: new Float32Array(0), actual: new Float64Array(0) } }
  const predicted = await scorer.predict(test.user, test.item, test)
  const needing = specs.find(({ definition }) => definition.needsDistribution)
  const distribution = needing && scorer.distribution?.(test.user, test.item, test)
  if (needing && !distribution)
    throw new Error(`metric "${needing.text}" needs a loss that knows its deviation, or a solver that samples`)
  const all = {
    predicted,
    actual,
    users: test.user,
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
  return { parts: measured, rows: all, ...(classes && { classes: measureClasses(classes, all) }) }
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
  readonly users: Int32Array
  readonly distribution?: PredictiveDistribution
  readonly classes?: number
}

/** Some rows of predictions: of classes, each row has a number for each class. */
const predictionsOf = ({ predicted, actual, users, distribution, classes }: AllPredictions, rows: Int32Array) => {
  const width = classes ?? 1
  const numbers = Int32Array.from(
    { length: rows.length * width },
    (_, k) => rows[Math.floor(k / width)]! * width + (k % width),
  )
  const samples = distribution?.deviations.length ?? 0
  return {
    predicted: picked(predicted, numbers),
    actual: picked(actual, rows),
    users: picked(users, rows),
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
