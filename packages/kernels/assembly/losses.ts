/** e^−x for x ≥ 0, to 1e-8 relative: 2^k by the exponent's bits, the rest by a polynomial. */
// @ts-ignore: decorator
@inline
export function decay(x: f64): f64 {
  if (!(x < 700)) return x == x ? 0 : x
  const turns = nearest(x * 1.4426950408889634)
  const r = turns * 0.6931471805599453 - x, s = r * r
  const low = (1 + r) + s * (0.5 + r * (1.0 / 6)), high = (1.0 / 24 + r * (1.0 / 120)) + s * (1.0 / 720 + r * (1.0 / 5040))
  return (low + s * s * high) * reinterpret<f64>((1023 - <i64>turns) << 52)
}

/** The summed loss of a block: numbers, and a product whose logarithm is still to be added. One logarithm serves hundreds of examples. */
export let total: f64 = 0
let product: f64 = 1

export function begin(): void {
  total = 0
  product = 1
}

export function end(): f64 {
  return total + Math.log(product)
}

// @ts-ignore: decorator
@inline
function addLogarithm(factor: f64): void {
  product *= factor
  if (product > 1e200) {
    total += Math.log(product)
    product = 1
  }
}

/** Adds the loss of a score and returns its slope. Codes are those of src/wasm/epoch.ts; bpr takes a difference of scores. */
// @ts-ignore: decorator
@inline
export function slope(code: i32, score: f64, target: f64): f64 {
  switch (code) {
    case 0: {
      const e = score - target
      total += e * e
      return 2 * e
    }
    case 1: {
      const e = score - target
      total += abs(e)
      return e > 0 ? 1 : e < 0 ? -1 : e
    }
    case 2: {
      const q = decay(abs(score))
      total += max<f64>(score, 0) - target * score
      addLogarithm(1 + q)
      return (score >= 0 ? 1 : q) / (1 + q) - target
    }
    default: {
      const q = decay(abs(score))
      total += max<f64>(-score, 0)
      addLogarithm(1 + q)
      return -(score >= 0 ? q : 1) / (1 + q)
    }
  }
}
