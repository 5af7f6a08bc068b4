/** Weights of one node by their short names, as typed arrays. */
export type Arrays = Readonly<Record<string, Float32Array>>

/** Where a covector of a linear node goes: one covector for each of the node's inputs in port order, and what is added. */
export interface Pulled {
  readonly inputs: readonly Float64Array[]
  readonly constant: number
}

/**
 * The algebra of an operator, which `factorize` reads to see whether a score is bilinear in user and item vectors.
 * `linear`: an affine map of its inputs; `pull` carries a covector on the output back to the inputs (g ↦ Wᵀg, g·b).
 * With `serving` it is linear only when serving (dropout, batch normalisation), so no solver may rely on it while it learns.
 * With `dropout` it sets that share of its numbers to 0 while it learns and scales the others up, which descent can do to the vector of
 * a table. `unit`: one vector scaled to length 1.
 * `product`: the elementwise product of two inputs. `dot`: its sum; `unit` when both are scaled to length 1 first.
 * An operator without a form is opaque.
 */
export type Form =
  | {
      readonly is: 'linear'
      readonly serving?: true
      readonly dropout?: number
      pull(covector: Float64Array, weights: Arrays): Pulled
    }
  | { readonly is: 'unit' }
  | { readonly is: 'product' }
  | { readonly is: 'dot'; readonly unit: boolean }
