import type { Measured, MetricSpec } from '@recspec/core'
import type { ConfidenceInterval } from '../statistics/interval.js'
import type { WilcoxonResult } from '../statistics/wilcoxon.js'

/** A model of a comparison: its metrics, and what was measured, with what users contribute to it. */
export interface MeasuredModel {
  readonly name: string
  readonly metrics: readonly MetricSpec[]
  readonly evaluation: Measured
}

/** The value of a metric of one model. */
export interface MeasuredValue {
  readonly model: string
  readonly value: number
  /** Absent where the measurement did not keep what users contribute. */
  readonly interval?: ConfidenceInterval
}

/** A p-value, and the same corrected for the number of tests by Holm's method. */
export interface TestedValue {
  readonly p: number
  readonly corrected: number
}

/**
 * What tests say of a difference: `better` or `worse` where both say that it is one, `unclear` where they disagree,
 * `noise` where neither does, `untested` where there is nothing to test.
 */
export type Verdict = 'better' | 'worse' | 'unclear' | 'noise' | 'untested'

/** A model's metric less that of the first model. */
export interface Difference {
  readonly model: string
  readonly against: string
  readonly value: number
  readonly interval?: ConfidenceInterval
  readonly bootstrap?: TestedValue
  readonly wilcoxon?: TestedValue & Omit<WilcoxonResult, 'p'>
  /** Users of whom the metric is not defined for both models; the signed-rank test leaves them out. */
  readonly leftOut?: number
  readonly verdict: Verdict
}

/** A metric of all models. */
export interface ComparedMetric {
  readonly metric: string
  readonly better: 'lower' | 'higher'
  /** Users that are resampled. */
  readonly users: number
  readonly values: readonly MeasuredValue[]
  /** Of every model but the first. */
  readonly differences: readonly Difference[]
}

/** Metrics of models on the same test rows. */
export interface Comparison {
  readonly protocol: string
  /** Test rows. */
  readonly rows: number
  /** The model that the others are compared with: the first. */
  readonly against: string
  readonly level: number
  /** Samples of the bootstrap, and their seed. */
  readonly samples: number
  readonly seed: number
  readonly metrics: readonly ComparedMetric[]
  /** Metrics that only some of the models measure; they are not compared. */
  readonly omitted: readonly string[]
}
