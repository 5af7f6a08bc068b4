import type { Sparse } from '@recspec/kernels'
import type { TObject } from 'typebox'
import type { Dataset } from '../dataset/dataset.js'
import type { Ranking } from './metric.js'
import type { Scorer } from './scorer.js'

/** Held-out cells to be ranked: cell k is (user[k], item[k]) with its value beside it. */
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

/** Which items a held-out item is compared with. */
export interface CandidateSet {
  readonly summary: string
  readonly params: TObject
  /** Second half of the protocol's id: `all`, `sampled-99`. */
  protocol(params: Readonly<Record<string, unknown>>, training: Dataset): string
  rank(params: Readonly<Record<string, unknown>>, question: RankingTask): AsyncIterable<Ranking>
}

/** A user's training items; none for someone unknown. */
export const seenBy = ({ seen }: Pick<RankingTask, 'seen'>, user: number): Int32Array =>
  user < 0 ? new Int32Array(0) : seen.index.subarray(seen.start[user], seen.start[user + 1])
