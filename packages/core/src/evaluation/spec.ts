/** One `type` tag and its parameters, defaults filled in. */
export interface Typed {
  readonly type: string
  readonly [parameter: string]: unknown
}

/** `name[@k][(variant)]` taken apart: `recall@20(truncated)`, `mse(rounded)`, `rmse`. */
export interface MetricSpec {
  readonly text: string
  readonly name: string
  readonly k?: number
  readonly variant?: string
}

/** The section `evaluation` of a document with its defaults. */
export interface EvaluationSpec {
  readonly split: Typed
  /** Feeds early stopping and tuning; absent: the same kind of split once more inside training. */
  readonly validation?: Typed
  readonly candidates: Typed
  readonly metrics: readonly MetricSpec[]
}
