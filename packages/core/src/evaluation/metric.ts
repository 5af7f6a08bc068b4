import type { TObject } from 'typebox'
import type { Dataset } from '../dataset/dataset.js'

/** Predictions of test rows beside the truth, in the target's own scale. */
export interface Predictions {
  readonly predicted: ArrayLike<number>
  readonly actual: ArrayLike<number>
}

/** One user's ranking as metrics see it: the 0-based ranks of the held-out items among the candidates, ascending. */
export interface Ranking {
  readonly ranks: ArrayLike<number>
  /** How many items were held out, whether or not ranked among the first. */
  readonly held: number
  /** How many candidates there were. */
  readonly candidates: number
  /** Weight of each held-out item beside its rank (plays); 1 where absent. */
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
  readonly variants: readonly string[]
  predictions?(predictions: Predictions, variant?: string): number
  /** For one user; core averages over users. */
  ranking?(ranking: Ranking, k: number, variant?: string): number
}

/** A way to set rows aside. */
export interface Split {
  readonly summary: string
  readonly params: TObject
  /** Indices of the events that are held out, ascending. Everything else is training. */
  holdOut(params: Readonly<Record<string, unknown>>, dataset: Dataset, seed: number): Int32Array
}
