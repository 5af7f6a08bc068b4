import type { lossCodes } from '../boundary.generated.js'

/** The parameters of a loss; each loss says what its two are. */
export type LossParameters = readonly [first: number, second: number]

/**
 * The loss of one example from `count` scores, the positive's first and those of its negatives after it; writes the
 * derivative of the loss by each score to `slopes`. A loss that compares the positive with negatives is 0 without
 * negatives.
 */
export type ListLoss = (
  parameters: LossParameters,
  scores: ArrayLike<number>,
  count: number,
  target: number,
  slopes: Float64Array,
) => number

/** A loss with a kernel: its name, which is that of the kernel, its parameters, and the reference that defines it. */
export interface FusedLoss {
  readonly name: keyof typeof lossCodes
  readonly parameters: LossParameters
  readonly reference: ListLoss
  /** Its target is computed from all positives of a user in a step: it trains in mini-batches only. */
  readonly together?: true
}

/** ln(1 + eˣ). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
