import type { Static, TObject } from 'typebox'
import type { Dataset } from '../dataset/dataset.js'

/** Draws negatives for users, where they do not come from one distribution over items. */
export interface UserSampler {
  /** An item for a user (−1 unknown): the same for the same key and draw, from 0 to items − 1. `@recspec/kernels` has `uniform(key, draw)`. */
  item(user: number, key: number, draw: number): number
  /** Log of the probability that a user's draw is an item; absent where it is not known: `correct: "log-q"` is then refused. */
  logQ?(user: number, item: number): number
}

/**
 * What negatives are drawn from, by the name that documents write as `sampler`. It gives either `weights` or `draws`.
 */
export interface Sampler<S extends TObject = TObject> {
  /** One phrase: how items are drawn. */
  readonly summary: string
  readonly params: S
  /**
   * Weight of each item of the training data, [items]: items are drawn in proportion, so every executor can draw and log-q is
   * known. `equal` is the same weight for all.
   */
  weights?(params: Static<S>, training: Dataset): Float64Array | 'equal'
  /** Draws by user; such a head trains on tfjs. */
  draws?(params: Static<S>, training: Dataset): UserSampler
}

/** Checks a sampler's types without losing them. */
export const sampler = <S extends TObject>(definition: Sampler<S>) => definition as unknown as Sampler
