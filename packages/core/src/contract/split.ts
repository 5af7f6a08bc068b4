import type { Static, TObject } from 'typebox'
import type { Dataset, Events } from '../dataset/dataset.js'
import type { Typed } from './typed.js'
import type { ParamsSchema, Written } from './written.js'

/** How rows are held out for testing or validation. */
export interface Split<S extends TObject = TObject> {
  /** One phrase: which rows are held out. */
  readonly summary: string
  readonly params: S
  /**
   * Rows of the events that are held out, ascending and distinct; all others are training rows. Errors are bare
   * sentences.
   */
  holdOut(params: Static<S>, dataset: Dataset, seed: number): Int32Array
  /**
   * Rows that are neither trained on nor held out: they are known when the held-out rows are measured, as the
   * interactions of users who are folded in. Ascending and distinct. Default: none.
   */
  foldsIn?(params: Static<S>, dataset: Dataset, seed: number): Int32Array
  /** The split of training rows for validation, given the test rows; default: the same split again. */
  inside?(test: Events | undefined): Chosen<Split>
}

/** An operator that a document chose by `type`, with its parameters and their defaults. */
export interface Chosen<D> {
  readonly type: string
  readonly definition: D
  readonly params: Readonly<Record<string, unknown>>
}

/** Defines a split; the types of parameters and ports follow from its schema. */
export const split = <S extends TObject>(definition: Split<S>) =>
  definition as unknown as Typed<'split', { params: ParamsSchema<Written<S>> }>
