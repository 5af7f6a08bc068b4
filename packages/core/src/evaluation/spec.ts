/** One `type` tag and its parameters, defaults filled in. */
export interface TypedParams {
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
  readonly split: TypedParams
  /** Feeds early stopping and tuning; absent: the same kind of split once more inside training. */
  readonly validation?: TypedParams
  readonly candidates: TypedParams
  readonly metrics: readonly MetricSpec[]
}
