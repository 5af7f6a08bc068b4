import type { Form, Vjp } from '../../contract/form.js'

/** The form of y = x. */
export const identity: Form = { is: 'linear', vjp: (cotangent) => ({ inputs: [cotangent], constant: 0 }) }

/** Vjp of y = scale ∘ x + shift. */
export const scaleShiftVjp = (cotangent: Float64Array, scale: ArrayLike<number>, shift: ArrayLike<number>): Vjp => ({
  inputs: [cotangent.map((g, lane) => g * scale[lane]!)],
  constant: dotProduct(cotangent, shift),
})

/** Σ aᵢ bᵢ. */
export const dotProduct = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let lane = 0; lane < a.length; lane++) sum += a[lane]! * b[lane]!
  return sum
}

/** K g for a kernel K [in, out] and the cotangent g [out] of its output. */
export const kernelVjp = (kernel: ArrayLike<number>, cotangent: Float64Array): Float64Array => {
  const units = cotangent.length
  const back = new Float64Array(kernel.length / units)
  for (let row = 0; row < back.length; row++)
    for (let unit = 0; unit < units; unit++) back[row]! += kernel[row * units + unit]! * cotangent[unit]!
  return back
}

/** The cotangent of an input that is broadcast from width 1, or has the full width. */
export const broadcastVjp = (cotangent: Float64Array, width: number, factor = 1): Float64Array =>
  width === cotangent.length
    ? cotangent.map((g) => g * factor)
    : Float64Array.of(factor * cotangent.reduce((sum, g) => sum + g, 0))
