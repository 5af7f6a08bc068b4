import type { Typed } from './typed.js'

/** Predictions of test rows and their actual targets, in the target's own scale; arrays of one length. */
export interface Predictions {
  readonly predicted: ArrayLike<number>
  readonly actual: ArrayLike<number>
  /**
   * Number of classes of the target, for metrics with `takesClasses`: `predicted` has the probability of each class,
   * row by row, and `actual` the index of the class.
   */
  readonly classes?: number
  /** The user of each row, −1 for unknown. */
  readonly users?: ArrayLike<number>
  /** Present for metrics with `needsDistribution`. */
  readonly distribution?: PredictiveDistribution
}

/**
 * Predictive distribution of each row: an equal mixture of normal distributions in the target's scale, one per sample.
 */
export interface PredictiveDistribution {
  /** Mean of each row and sample, [rows, samples]. */
  readonly means: ArrayLike<number>
  /** Standard deviation of each sample. */
  readonly deviations: ArrayLike<number>
}

/**
 * One ranking: the 0-based ranks of the held-out items among the candidates, ascending. A rank is the number of other
 * candidates that score higher. Of n items that score the same, each stands at any of the n ranks from there with the
 * same probability: a metric of the ranking is the mean over all their orders. Items that training never saw have no
 * rank.
 */
export interface Ranking {
  readonly ranks: ArrayLike<number>
  /** For each rank, how many candidates score the same, the item itself included; default 1. */
  readonly tied?: ArrayLike<number>
  /** Number of held-out items, those without a rank included. */
  readonly held: number
  /** Number of other items that each held-out item is compared with: the worst rank. */
  readonly candidates: number
  /** Weight of each held-out item (its target, such as plays): those with a rank first; default 1. */
  readonly weights?: ArrayLike<number>
  /** The cell of the task of each held-out item, those with a rank first; metrics of segments need it. */
  readonly cells?: ArrayLike<number>
}

/**
 * What a model recommends to each known user of the test rows: the k best of all items that the user does not have in
 * training.
 */
export interface RecommendedLists {
  /** Items of each list, best first, [lists, k]; −1 where a list is shorter. */
  readonly items: Int32Array
  readonly k: number
  /** Number of training events of each item of the catalogue. */
  readonly events: Int32Array
  /** Number of users with training events. */
  readonly users: number
}

/** A number that says how good a model is; `recall@20(truncated)` is metric recall with k 20 and variant truncated. */
export interface Metric {
  /** One phrase: what is measured. */
  readonly summary: string
  /** What it is computed from: `predictions` of test rows, `rankings` of held-out items, or recommended `lists`. */
  readonly of: 'predictions' | 'rankings' | 'lists'
  readonly better: 'lower' | 'higher'
  /** Whether documents write `@k`, the length of the list. */
  readonly k: 'required' | 'none'
  /** What may stand in parentheses: one of these words, or `share`, a number between 0 and 1. */
  readonly variants: readonly string[] | 'share'
  /** The metric needs the predictive distribution. */
  readonly needsDistribution?: true
  /** The metric needs predictions that are probabilities. */
  readonly needsProbabilities?: true
  /** The metric also measures predictions of classes. */
  readonly takesClasses?: true
  /** What the name means without `@k`, where k is required: `precision@10` is of rankings, `precision` of labels. */
  readonly withoutK?: Metric
  /** For `of: 'predictions'`: the number over all test rows. */
  predictions?(predictions: Predictions, variant?: string): number
  /** For `of: 'rankings'`: the number of one ranking; core takes the weighted mean over rankings. */
  ranking?(ranking: Ranking, k: number, variant?: string): number
  /** For `of: 'lists'`: the number over the lists of all users; segments of test rows have none. */
  lists?(lists: RecommendedLists, variant?: string): number
  /** Weight of a ranking in that mean: default 1; a ranking of weight 0 is left out. */
  weight?(ranking: Ranking, variant?: string): number
}

/** Defines a metric; the types of parameters and ports follow from its schema. */
export const metric = <
  const K extends Metric['k'],
  const V extends Metric['variants'],
  W extends Metric | undefined = undefined,
>(
  definition: Metric & { readonly k: K; readonly variants: V; readonly withoutK?: W },
) => definition as unknown as Typed<'metric', { k: K; variants: V } & (W extends Metric ? { withoutK: W } : unknown)>

/** Whether a metric may be written with this variant. */
export const takesVariant = ({ variants }: Pick<Metric, 'variants'>, variant: string): boolean =>
  variants === 'share'
    ? /^0?\.\d+$/.test(variant) && Number(variant) > 0 && Number(variant) < 1
    : variants.includes(variant)
