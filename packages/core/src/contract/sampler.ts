import type { Static, TObject } from 'typebox'
import type { Dataset } from '../dataset/dataset.js'
import type { Typed } from './typed.js'
import type { ParamsSchema, Written } from './written.js'

/** Draws negatives for users, where they do not come from one distribution over items. */
export interface UserSampler {
  /**
   * An item, 0 … items − 1, for a user (−1 unknown): a pure function of user, key and draw. `uniform(key, draw)` of
   * `@recspec/kernels` is a random number in [0, 1).
   */
  item(user: number, key: number, draw: number): number
  /** Log of the probability that a user's draw is an item; without it `correct: "log-q"` is refused. */
  logQ?(user: number, item: number): number
}

/** Draws negatives; documents name it as `sampler`. It has either `weights` or `draws`. */
export interface Sampler<S extends TObject = TObject> {
  /** One phrase: how items are drawn. */
  readonly summary: string
  readonly params: S
  /**
   * Weight of each item of the training data, [items]: items are drawn in proportion to it. Every executor can draw so,
   * and log-q is known. `equal`: the same weight for all.
   */
  weights?(params: Static<S>, training: Dataset): Float64Array | 'equal'
  /** Draws that depend on the user; such a head trains on tfjs. */
  draws?(params: Static<S>, training: Dataset): UserSampler
}

/** Defines a sampler; the types of parameters and ports follow from its schema. */
export const sampler = <S extends TObject>(definition: Sampler<S>) =>
  definition as unknown as Typed<'sampler', { params: ParamsSchema<Written<S>> }>
