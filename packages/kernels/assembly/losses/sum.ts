/** The rounding constant 1.5 · 2^52: added to a small number, it leaves the nearest integer in the low bits. */
const SHIFT: f64 = 6755399441055744

/** e^−x for x ≥ 0, to 1e-8 relative: 2^k by the bits of the exponent, the rest by a polynomial. */
// @ts-ignore: decorator
@inline
export function decay(x: f64): f64 {
  if (!(x < 700)) return x == x ? 0 : x
  const shifted = x * 1.4426950408889634 + SHIFT, turns = shifted - SHIFT
  const r = turns * 0.6931471805599453 - x, s = r * r
  const low = (1 + r) + s * (0.5 + r * (1.0 / 6))
  const high = (1.0 / 24 + r * (1.0 / 120)) + s * (1.0 / 720 + r * (1.0 / 5040))
  return (low + s * s * high) * reinterpret<f64>((1023 - reinterpret<i64>(shifted)) << 52)
}

/** The summed loss of a block is total + ln product: one logarithm serves hundreds of examples. */
let total: f64 = 0
let product: f64 = 1

/** Starts the sum of a block. */
export function begin(): void {
  total = 0
  product = 1
}

/** The sum of a block. */
export function end(): f64 {
  return total + Math.log(product)
}

/** Adds a number to the sum. */
// @ts-ignore: decorator
@inline
export function add(value: f64): void {
  total += value
}

/** Adds the logarithm of a factor of at least 1. */
// @ts-ignore: decorator
@inline
export function addLogarithm(factor: f64): void {
  product *= factor
  if (product > 1e200) {
    total += Math.log(product)
    product = 1
  }
}

/** Score j of a list. */
// @ts-ignore: decorator
@inline
export function score(scores: usize, j: i32): f64 {
  return <f64>load<f32>(scores + (<usize>j << 2))
}

/** Sets slope j of a list. */
// @ts-ignore: decorator
@inline
export function setSlope(slopes: usize, j: i32, slope: f64): void {
  store<f32>(slopes + (<usize>j << 2), <f32>slope)
}
