import type { Predictions } from '../contract/metric.js'

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
