import type { TObject } from 'typebox'
import type { Dataset, Events } from '../dataset/dataset.js'
import type { TypedParams } from './spec.js'

/** Predictions of test rows beside the truth, in the target's own scale. */
export interface Predictions {
  readonly predicted: ArrayLike<number>
  readonly actual: ArrayLike<number>
  /** Only for metrics that ask for it. */
  readonly distribution?: PredictiveDistribution
}

/** How sure a model is of each row: an equal mixture of normal distributions in the target's own scale, one for each sample. */
export interface PredictiveDistribution {
  /** One mean for each row and sample, [rows, samples]. */
  readonly means: ArrayLike<number>
  /** Standard deviation of each sample. */
  readonly deviations: ArrayLike<number>
}

/**
 * One ranking as metrics see it: the 0-based ranks of the held-out items among the candidates, ascending. A rank is the
 * number of other candidates that score as high or higher: ties count against the held-out item. Items that training
 * never saw cannot be ranked: they are held out without a rank.
 */
export interface Ranking {
  readonly ranks: ArrayLike<number>
  /** How many items were held out, those without a rank included. */
  readonly held: number
  /** How many other items each held-out one was compared with: the worst rank. */
  readonly candidates: number
  /** Weight (plays) of each held-out item, beside its rank and then of those without one; 1 where absent. */
  readonly weights?: ArrayLike<number>
}

/** A number that says how good a model is; `recall@20(truncated)` is metric recall, k 20, variant truncated. */
export interface Metric {
  readonly summary: string
  /** What it is computed from. */
  readonly of: 'predictions' | 'rankings'
  readonly better: 'lower' | 'higher'
  /** Whether `@k` must or may not be written. */
  readonly k: 'required' | 'none'
  /** What may stand in brackets: one of some words, or a share, a number between 0 and 1. */
  readonly variants: readonly string[] | 'share'
  /** The metric needs the predictive distribution. */
  readonly needsDistribution?: true
  /** The metric needs probabilities: the loss of the measured head takes logits. */
  readonly needsProbabilities?: true
  predictions?(predictions: Predictions, variant?: string): number
  /** For one ranking; core averages over rankings. */
  ranking?(ranking: Ranking, k: number, variant?: string): number
  /** How much a ranking counts in that average: 1 unless said, and nothing when 0. */
  weight?(ranking: Ranking, variant?: string): number
}

/** Whether a metric may be written with this variant. */
export const takesVariant = ({ variants }: Pick<Metric, 'variants'>, variant: string): boolean =>
  variants === 'share'
    ? /^0?\.\d+$/.test(variant) && Number(variant) > 0 && Number(variant) < 1
    : variants.includes(variant)

/** A way to set rows aside. */
export interface Split {
  readonly summary: string
  readonly params: TObject
  /** Indices of the events that are held out, ascending. Everything else is training. */
  holdOut(params: Readonly<Record<string, unknown>>, dataset: Dataset, seed: number): Int32Array
  /** What "the same kind of split once more inside training" means, given the test rows; itself unless said. */
  inside?(test: Events | undefined): TypedParams
}
