import type { Form, Pulled } from '../../contract/form.js'

/** Carries a covector of an output back unchanged. */
export const identity: Form = { is: 'linear', pull: (covector) => ({ inputs: [covector], constant: 0 }) }

/** Carries a covector back through y = scale ∘ x + shift. */
export const affine = (covector: Float64Array, scale: ArrayLike<number>, shift: ArrayLike<number>): Pulled => ({
  inputs: [covector.map((g, lane) => g * scale[lane]!)],
  constant: product(covector, shift),
})

/** Σ aᵢ bᵢ. */
export const product = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let lane = 0; lane < a.length; lane++) sum += a[lane]! * b[lane]!
  return sum
}

/** K g for a kernel [in, out] and a covector on its output. */
export const throughKernel = (kernel: ArrayLike<number>, covector: Float64Array): Float64Array => {
  const units = covector.length
  const back = new Float64Array(kernel.length / units)
  for (let row = 0; row < back.length; row++)
    for (let unit = 0; unit < units; unit++) back[row]! += kernel[row * units + unit]! * covector[unit]!
  return back
}

/** A covector for an input of width 1 that counts in every lane, or of the full width. */
export const collapse = (covector: Float64Array, width: number, factor = 1): Float64Array =>
  width === covector.length
    ? covector.map((g) => g * factor)
    : Float64Array.of(factor * covector.reduce((sum, g) => sum + g, 0))
