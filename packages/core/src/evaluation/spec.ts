import type { CandidateSet } from '../contract/candidates.js'
import type { Metric } from '../contract/metric.js'
import type { Chosen, Split } from '../contract/split.js'

/** `name[@k][(variant)]` parsed: `recall@20(truncated)`, `mse(rounded)`, `rmse`, `plugin/coverage@10`. */
export interface MetricSpec {
  readonly text: string
  readonly name: string
  readonly k?: number
  readonly variant?: string
  readonly definition: Metric
}

/** The section `evaluation` of a document, with defaults filled in and operators resolved. */
export interface EvaluationSpec {
  readonly split: Chosen<Split>
  /** Rows for early stopping and tuning; default: the same kind of split inside the training rows. */
  readonly validation?: Chosen<Split>
  readonly candidates: Chosen<CandidateSet>
  readonly metrics: readonly MetricSpec[]
}
