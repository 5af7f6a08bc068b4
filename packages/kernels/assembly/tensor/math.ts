import { madd } from '../vector'

/** Constants of `exp`, four times each: V8 loads them faster than it makes them. */
const E: usize = memory.data<f32>([
  89, 89, 89, 89,
  -87.3, -87.3, -87.3, -87.3,
  12582912, 12582912, 12582912, 12582912,
  1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341,
  2.12194440e-4, 2.12194440e-4, 2.12194440e-4, 2.12194440e-4,
  -0.693359375, -0.693359375, -0.693359375, -0.693359375,
  1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4,
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2,
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1,
  5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1,
  1, 1, 1, 1,
], 16)

/** e^x of four numbers, by a polynomial on [−ln 2 / 2, ln 2 / 2]: within 2 units in the last place; 0 below −87. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, v128.load(E)), v128.load(E, 16))
  // adding 1.5 · 2^23 rounds to a whole number, which then stands in the low bits
  const magic = v128.load(E, 32)
  const shifted = madd(clamped, v128.load(E, 48), magic)
  const n = f32x4.sub(shifted, magic)
  const r = madd(n, v128.load(E, 64), madd(n, v128.load(E, 80), clamped))
  let p = madd(v128.load(E, 96), r, v128.load(E, 112))
  p = madd(p, r, v128.load(E, 128))
  p = madd(p, r, v128.load(E, 144))
  p = madd(p, r, v128.load(E, 160))
  p = madd(p, r, v128.load(E, 176))
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), v128.load(E, 192))
  // half of it: 2^128 is no number
  const scale = i32x4.shl(i32x4.add(i32x4.sub(shifted, magic), i32x4.splat(126)), 23)
  const half = f32x4.mul(p, scale)
  return f32x4.add(half, half)
}

/** ln x of four numbers, by a polynomial on [√½, √2]; −∞ at 0, NaN below. */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const one = f32x4.splat(1)
  const bits = x
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(bits, 23), i32x4.splat(126)))
  // mantissa in [½, 1)
  let m = v128.or(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000))
  const small = f32x4.lt(m, f32x4.splat(0.707106781186547524))
  e = f32x4.sub(e, v128.and(one, small))
  m = f32x4.sub(f32x4.add(m, v128.and(m, small)), one)
  const z = f32x4.mul(m, m)
  let p = madd(f32x4.splat(7.0376836292e-2), m, f32x4.splat(-1.1514610310e-1))
  p = madd(p, m, f32x4.splat(1.1676998740e-1))
  p = madd(p, m, f32x4.splat(-1.2420140846e-1))
  p = madd(p, m, f32x4.splat(1.4249322787e-1))
  p = madd(p, m, f32x4.splat(-1.6668057665e-1))
  p = madd(p, m, f32x4.splat(2.0000714765e-1))
  p = madd(p, m, f32x4.splat(-2.4999993993e-1))
  p = madd(p, m, f32x4.splat(3.3333331174e-1))
  let y = f32x4.mul(f32x4.mul(m, z), p)
  y = madd(e, f32x4.splat(-2.12194440e-4), y)
  y = madd(z, f32x4.splat(-0.5), y)
  y = madd(e, f32x4.splat(0.693359375), f32x4.add(m, y))
  const infinity = f32x4.splat(f32.POSITIVE_INFINITY)
  y = v128.bitselect(f32x4.splat(f32.NEGATIVE_INFINITY), y, f32x4.lt(x, f32x4.splat(1.17549435e-38)))
  y = v128.bitselect(f32x4.splat(f32.NaN), y, f32x4.lt(x, f32x4.splat(0)))
  y = v128.bitselect(infinity, y, f32x4.eq(x, infinity))
  return v128.bitselect(x, y, f32x4.ne(x, x))
}

/** 1 / (1 + e^−x) of four numbers. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1)
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))))
}

/** tanh x of four numbers: a polynomial near 0, elsewhere by e^2x. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const one = f32x4.splat(1)
  const size = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = madd(f32x4.splat(-5.70498872745e-3), z, f32x4.splat(2.06390887954e-2))
  p = madd(p, z, f32x4.splat(-5.37397155531e-2))
  p = madd(p, z, f32x4.splat(1.33314422036e-1))
  p = madd(p, z, f32x4.splat(-3.33332819422e-1))
  const near = madd(f32x4.mul(p, z), x, x)
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(size, size)), one)))
  const signed = v128.or(far, v128.and(x, f32x4.splat(-0.0)))
  return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.625)))
}

/** ln(1 + e^x) of four numbers. */
// @ts-ignore: decorator
@inline
export function softplus(x: v128): v128 {
  const y = exp(f32x4.neg(f32x4.abs(x)))
  const one = f32x4.splat(1)
  // ln(1 + y) = y · ln(u) / (u − 1) with u = 1 + y rounded: exact for small y
  const u = f32x4.add(one, y)
  const gap = f32x4.sub(u, one)
  const grown = f32x4.div(f32x4.mul(log(u), y), gap)
  const rest = v128.bitselect(y, grown, f32x4.eq(gap, f32x4.splat(0)))
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), rest)
}
