/** Weights of one node by their short names, as typed arrays. */
export type WeightArrays = Readonly<Record<string, Float32Array>>

/** Where a cotangent of a linear node goes: one cotangent for each of the node's inputs in port order, and what is added. */
export interface Vjp {
  readonly inputs: readonly Float64Array[]
  readonly constant: number
}

/**
 * The algebra of an operator, which `factorize` reads to see whether a score is bilinear in user and item vectors.
 * `linear`: an affine map of its inputs; `pull` carries a cotangent on the output back to the inputs (g ↦ Wᵀg, g·b).
 * With `serving` it is linear only when serving (dropout, batch normalisation), so no solver may rely on it while it learns.
 * With `dropout` it sets that share of its numbers to 0 while it learns and scales the others up, which descent can do to the vector of
 * a table. `unit`: one vector scaled to length 1.
 * `product`: the elementwise product of two inputs. `dot`: its sum; `unit` when both are scaled to length 1 first.
 * An operator without a form is opaque.
 */
export type Form =
  | {
      readonly is: 'linear'
      readonly whenServing?: true
      readonly dropout?: number
      vjp(cotangent: Float64Array, weights: WeightArrays): Vjp
    }
  | { readonly is: 'l2Normalize' }
  | { readonly is: 'product' }
  | { readonly is: 'dot'; readonly normalized: boolean }
