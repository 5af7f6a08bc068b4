/** A half-step of alternating least squares: new rows of `solved`, given `fixed`. */
export interface HalfStep {
  /** [rows, dim] row-major; overwritten. */
  readonly solved: Float32Array
  /** [columns, dim]. */
  readonly fixed: Float32Array
  readonly dim: number
  /** Observed cells by row of `solved`: rows of `fixed`, with the weight c and the target t of each. */
  readonly start: Int32Array
  readonly index: Int32Array
  readonly weight: Float32Array
  readonly target: Float32Array
  /** Weight of unobserved cells, whose target is 0; 0: only observed cells count. */
  readonly unobserved: number
  /** Ridge (l2) of each row. */
  readonly ridge: Float32Array
}

/**
 * How the rows of a half-step are solved.
 * - exact: the normal equations, by Cholesky.
 * - cg: conjugate gradients from the present `solved`, with a diagonal preconditioner; a row stops early when its
 *   residual is `tolerance` of the first one.
 * - blocks: the normal equations of `size` columns at a time, the others fixed (iALS++, Rendle et al., 2022).
 *
 * With unobserved cells, cg and blocks rotate `solved` and `fixed` into the eigenbasis of the Gram matrix of `fixed`:
 * all dot products of their rows stay the same.
 */
export type LeastSquaresMethod =
  | { readonly name: 'exact' }
  | { readonly name: 'cg'; readonly steps: number; readonly tolerance?: number }
  | { readonly name: 'blocks'; readonly size: number }

/** What happened to rows whose system is not positive definite or whose solution is not finite. */
export interface LeastSquaresReport {
  /** Rows solved after raising the diagonal. */
  readonly jittered: number
  /** Rows left as they were. */
  readonly kept: number
}
