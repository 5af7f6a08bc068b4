/** Weights of one node by their short names. */
export type WeightArrays = Readonly<Record<string, Float32Array>>

/**
 * Vector-Jacobian product of an affine node: a cotangent for each input in port order, and the cotangent times its
 * shift.
 */
export interface Vjp {
  readonly inputs: readonly Float64Array[]
  readonly constant: number
}

/**
 * The algebra of an operator, which `factorize` reads to see whether a score is bilinear in user and item vectors.
 * - `linear`: an affine map of its inputs. `vjp` maps a cotangent g of the output to the inputs (g ↦ Wᵀg, constant
 *   g·b).
 *   `shift`: the weights that are only added (biases); a node whose other weights are trained is not linear for a
 *   solver.
 *   `whenServing`: linear only when serving (dropout, batch normalization), so no solver relies on it.
 *   `dropout`: the share of numbers that is set to 0 in training; gradient solvers can apply it to a user's vector
 *   themselves.
 * - `l2Normalize`: one vector divided by its length.
 * - `product`: the elementwise product of two inputs.
 * - `dot`: the sum of that product; `normalized` when both inputs are L2-normalized first.
 * - `bilinear`: uᵀ W v for inputs u [m] and v [n], where `matrix` names the weight W [m, n].
 *
 * An operator without a form is opaque.
 */
export type Form =
  | {
      readonly is: 'linear'
      readonly shift?: readonly string[]
      readonly whenServing?: true
      readonly dropout?: number
      vjp(cotangent: Float64Array, weights: WeightArrays): Vjp
    }
  | { readonly is: 'l2Normalize' }
  | { readonly is: 'product' }
  | { readonly is: 'dot'; readonly normalized: boolean }
  | { readonly is: 'bilinear'; readonly matrix: string }
