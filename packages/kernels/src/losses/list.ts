/** The parameters of a loss; what each means is in its file. */
export type Parameters = readonly [first: number, second: number]

/**
 * The loss of one example from its scores, the example's own first and its negatives after it; writes the slope of each score. A
 * loss of positives against negatives is 0 where there are none.
 */
export type ListLoss = (
  parameters: Parameters,
  scores: ArrayLike<number>,
  count: number,
  target: number,
  slopes: Float64Array,
) => number

/** ln(1 + eˣ). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
