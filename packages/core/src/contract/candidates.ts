import type { RankCounts, Sparse } from '@recspec/kernels'
import type { Static, TObject } from 'typebox'
import type { Dataset, Events } from '../dataset/dataset.js'
import type { PredictiveDistribution, Ranking } from './metric.js'
import type { Typed } from './typed.js'
import type { ParamsSchema, Written } from './written.js'

/**
 * How many items score higher than each item in held[start[u]…], and how many the same, for the u-th of some users;
 * those in skip[start[u]…] are left out. NaN ranks last, tied with nothing.
 */
export type CountRanks = (users: Int32Array, held: Sparse, skip: Sparse) => RankCounts | Promise<RankCounts>

/** The best items of users without those in skip[start[u]…], [users, k]. */
export type TopItems = (users: Int32Array, k: number, skip: Sparse) => Promise<Int32Array>

/**
 * What evaluation asks of a model. Indices are positions among the users and items of the data set, −1 is unknown;
 * scores only have to order the items of one user.
 */
export interface Scorer {
  /** Predictions in the target's own scale; `events` are the rows they are for. */
  predict(users: Int32Array, items: Int32Array, events: Events): Float32Array | Promise<Float32Array>
  /** Predictive distribution of each row, where the model has one. */
  distribution?(users: Int32Array, items: Int32Array, events: Events): PredictiveDistribution | undefined
  /** Ranking scores of pairs. */
  scorePairs(users: Int32Array, items: Int32Array): Float32Array | Promise<Float32Array>
  /**
   * The k best items of each user without those in skip[start[u]…], best first, [users, k]; −1 where there are fewer.
   * Present where it is faster than scoring all pairs.
   */
  readonly topItems?: TopItems | undefined
  /** Present where counting is faster than scoring all pairs. */
  readonly countRanks?: CountRanks | undefined
}

/** Held-out cells to be ranked: cell k is (user[k], item[k]) with weight[k], its target. */
export interface RankingTask {
  readonly scorer: Scorer
  readonly training: Dataset
  /** Training items by user. */
  readonly seen: Sparse
  readonly user: Int32Array
  readonly item: Int32Array
  readonly weight?: Float64Array
  readonly seed: number
}

/** Which items each held-out item is ranked among. */
export interface CandidateSet<S extends TObject = TObject> {
  /** One phrase: which items. */
  readonly summary: string
  readonly params: S
  /** Second half of the protocol's id: `all`, `sampled-99`. */
  protocol(params: Static<S>, training: Dataset): string
  /** The rankings of a task. Errors are bare sentences. */
  rank(params: Static<S>, task: RankingTask): AsyncIterable<Ranking>
}

/** Defines a candidate set; the types of parameters and ports follow from its schema. */
export const candidateSet = <S extends TObject>(definition: CandidateSet<S>) =>
  definition as unknown as Typed<'candidates', { params: ParamsSchema<Written<S>> }>

/** A user's training items, ascending; none for an unknown user. */
export const seenBy = ({ seen }: Pick<RankingTask, 'seen'>, user: number): Int32Array =>
  user < 0 ? new Int32Array(0) : seen.index.subarray(seen.start[user], seen.start[user + 1])
