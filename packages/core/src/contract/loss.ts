import type { FusedLoss } from '@recspec/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Static, TObject } from 'typebox'
import type { Negatives } from './negatives.js'
import type { Ports, PortValues } from './ports.js'
import type { Value } from './value.js'

/**
 * Which batches a loss is sampled from.
 * `of`: an example is an `event`, a user's whole `row`, or a `cell` of users × items.
 * `items`: the example's `own` items; a positive and `sampled` negatives; the other positives of the batch (`in-batch`);
 * `all` items; `none` where no item is read. Scores arrive as
 *   event + own [n] · event + sampled [n, 1 + count], the positive first · event + in-batch [n, n], positives on the diagonal ·
 *   row + own [cells] · row + all [n, items] · cell [n]
 */
export interface Examples {
  readonly of: 'event' | 'row' | 'cell'
  readonly items: 'own' | 'sampled' | 'in-batch' | 'all' | 'none'
  readonly negatives?: Negatives
  /** How often an example reads its user and its own item when counting for l2: default once (a negative's item: once). */
  readonly reads?: { readonly user: number; readonly item: number }
}

/** What core hands to a loss beside the scores; shapes are those of the scores. */
export interface Labels {
  /** The head's target in the loss's scale. */
  readonly target?: Tensor
  /** 1 where the cell was observed, 0 elsewhere. */
  readonly positive?: Tensor
  /** Log of the probability with which a negative was sampled, where the negatives say `correct`. */
  readonly logQ?: Tensor
  /** The columns that `targets` names, by the loss's own names; 0 where the pair is no event. */
  readonly targets?: Readonly<Record<string, Tensor>>
  /** Number of items of the catalogue. */
  readonly items?: number
}

/** What a closed-form solver needs to know: weight(r) · (score − target(r))² on observed cells, unobserved · score² on the others. */
export interface Quadratic {
  target(value: number): number
  weight(value: number): number
  /** Absent: unobserved cells do not count. */
  readonly unobserved?: number
}

/**
 * What the fused executor needs: the loss of an example from its scores, its own first and its negatives after it. Compiled where
 * there is a kernel; else a function that returns it and writes the slope of each score. Where negatives are corrected, their log
 * probability times `correction` (default 1) is subtracted from the scores.
 */
export type Slope =
  | { readonly kernel: FusedLoss; readonly correction?: number }
  | { readonly list: (scores: Float32Array, target: number, slopes: Float64Array) => number }

/** Some nodes in, the terms of the loss out: core sums them over the batch, divides by its examples and adds l2. */
export interface Loss<S extends TObject = TObject, P extends Ports = Ports> {
  readonly summary: string
  readonly params: S
  readonly inputs: P
  /** Scores are logits: a sigmoid before them is a mistake. */
  readonly logits?: true
  /** What a prediction is: the score itself (default), or the probability that its sigmoid is. */
  readonly predicts?: 'score' | 'probability'
  /** Further columns of events that the loss reads as numbers, by the names it uses; missing numbers are an error in the data. */
  targets?(params: Static<S>): Readonly<Record<string, string>>
  /** Why the head is not acceptable: a bare sentence. */
  rejects?(params: Static<S>, head: { readonly target: boolean }): string | undefined
  examples(params: Static<S>): Examples
  apply(params: Static<S>, inputs: PortValues<P, Value>, example: Labels): Tensor
  quadratic?(params: Static<S>): Quadratic
  /** Undefined where these params have none; `items` are those of the catalogue. */
  slope?(params: Static<S>, items: number): Slope | undefined
  /**
   * Standard deviation of the target around the score, in the loss's scale, where the loss is a normal distribution's; undefined
   * where it is not known. `nll` and `intervalCoverage` are measured with it, unless a sample brings its own.
   */
  deviation?(params: Static<S>): number | undefined
}

/** Checks a loss's types without losing them. */
export const loss = <S extends TObject, P extends Ports>(definition: Loss<S, P>) => definition as unknown as Loss
