/** The penalty of an item-to-item matrix B: Σ_j (l2 · n_j^nu + p / (1 − p) · n_j) ‖row j of B‖². */
export interface Penalty {
  readonly l2: number
  readonly nu: number
  /** Dropout p of the rows with the kept values divided by 1 − p, whose expected error is this penalty. */
  readonly dropout: number
}

/** The penalty of each row of B, from the diagonal of XᵀX: n_j. */
export const ridgeOf = (diagonal: Float32Array, { l2, nu, dropout }: Penalty): Float64Array =>
  Float64Array.from(diagonal, (n) => (n > 0 || nu === 0 ? l2 * n ** nu : 0) + (dropout / (1 - dropout)) * n)
