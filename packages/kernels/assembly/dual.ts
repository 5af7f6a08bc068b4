import { factor, substitute } from './factor'
import { collect, combine } from './panel'
import { plus } from './syrk'
import { madd, sum } from './vector'

/** Numbers of a row that are transposed at a time. */
const PANEL: i32 = 64

/** A dual solution is accepted where the first-order rounding error is at most this many units of float32. */
const TRUST: f64 = 1000

/**
 * Transposes four numbers of each of four rows at `a`, multiplied by `factors` and `scale`, into rows of `side` bytes
 * at `to`. Returns `mass` + their squares without `scale`.
 */
// @ts-ignore: decorator
@inline
function transpose(a: usize, pitch: usize, scale: v128, factors: v128, to: usize, side: usize, mass: v128): v128 {
  const r0 = v128.load(a), r1 = v128.load(a + pitch), r2 = v128.load(a + 2 * pitch), r3 = v128.load(a + 3 * pitch)
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  const c0 = f32x4.mul(factors, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5))
  const c1 = f32x4.mul(factors, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7))
  const c2 = f32x4.mul(factors, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5))
  const c3 = f32x4.mul(factors, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7))
  v128.store(to, f32x4.mul(c0, v128.shuffle<f32>(scale, scale, 0, 0, 0, 0)))
  v128.store(to + side, f32x4.mul(c1, v128.shuffle<f32>(scale, scale, 1, 1, 1, 1)))
  v128.store(to + 2 * side, f32x4.mul(c2, v128.shuffle<f32>(scale, scale, 2, 2, 2, 2)))
  v128.store(to + 3 * side, f32x4.mul(c3, v128.shuffle<f32>(scale, scale, 3, 3, 3, 3)))
  return madd(c3, c3, madd(c2, c2, madd(c1, c1, madd(c0, c0, mass))))
}

/** Bytes that `dual` works in, for rows of at most `cells` cells; `width` in bytes. */
export function dualScratch(width: usize, cells: i32): f64 {
  const side = <f64>((cells + 7) & ~7)
  return <f64>width * (3 + side) + 4 * side * (2 + side + <f64>PANEL)
}

/**
 * Solves a row with fewer cells than numbers by the system of its cells. With D = diagonal + ridge and C = weight −
 * unobserved, in a basis where the Gram matrix is diagonal, x = D⁻¹ Pᵀ C^½ s where (I + W Wᵀ) s = C^−½ g, W = C^½ P
 * D^−½ and g = weight · target. `fixed` has rows of `width` bytes, a multiple of 64, and `diagonal` is as wide; `back`
 * rotates x into the basis of `solved`, 0: it is in it. Returns false, and writes nothing, where a weight is not above
 * `unobserved`, the system is not positive definite, or the rounding error is too large.
 */
export function dual(
  place: usize, bytes: usize, fixed: usize, width: usize, own: usize, weights: usize, targets: usize, cells: i32,
  unobserved: f64,
  ridge: f32, diagonal: usize, back: usize, scratch: usize,
): bool {
  const padded = (cells + 7) & ~7, side = <usize>padded << 2
  const x = scratch, scale = x + width, inverse = scale + width
  const root = inverse + width, s = root + side, K = s + side, W = K + <usize>padded * side, P = W + <usize>PANEL * side
  const regular = f32x4.splat(ridge), one = f32x4.splat(1)
  let low = f32x4.splat(f32.MAX_VALUE)
  for (let z: usize = 0; z < width; z += 16) {
    const d = f32x4.add(v128.load(diagonal + z), regular)
    low = f32x4.min(low, d)
    v128.store(inverse + z, f32x4.div(one, d))
    v128.store(scale + z, f32x4.div(one, f32x4.sqrt(d)))
  }
  const least = min(
    min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)),
    min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)),
  )
  if (!(least > 0)) return false
  // padding rows are zeros, with weight 1
  for (let z: usize = 0; z < side; z += 16) v128.store(root + z, one)
  memory.fill(s, 0, side)
  let k = 0
  for (const base = f64x2.splat(unobserved); k + 2 <= cells; k += 2) {
    const at4 = <usize>k << 2
    const c = f64x2.promote_low_f32x4(v128.load64_zero(weights + at4))
    const t = f64x2.promote_low_f32x4(v128.load64_zero(targets + at4))
    v128.store64_lane(root + at4, f32x4.demote_f64x2_zero(f64x2.sqrt(f64x2.sub(c, base))), 0)
    v128.store64_lane(s + at4, f32x4.demote_f64x2_zero(f64x2.mul(c, t)), 0)
  }
  if (k < cells) {
    const at4 = <usize>k << 2, c = <f64>load<f32>(weights + at4)
    store<f32>(root + at4, <f32>sqrt(c - unobserved))
    store<f32>(s + at4, <f32>(c * <f64>load<f32>(targets + at4)))
  }
  for (let z: usize = 0; z < side; z += 16) {
    const r = v128.load(root + z)
    if (!i32x4.all_true(f32x4.gt(r, f32x4.splat(0)))) return false
    v128.store(s + z, f32x4.div(v128.load(s + z), r))
  }
  memory.fill(K, 0, <usize>padded * side)
  for (let k = 0; k < padded; k++) store<f32>(K + <usize>k * (side + 4), 1)
  collect(P, fixed, width, own, cells, width)
  memory.fill(P + <usize>cells * width, 0, <usize>(padded - cells) * width)
  let squares = f32x4.splat(0)
  for (let from: usize = 0; from < width; from += <usize>PANEL << 2) {
    const end = min(width, from + (<usize>PANEL << 2))
    for (let k = 0; k < padded; k += 4) {
      const factors = v128.load(root + (<usize>k << 2))
      let to = W + (<usize>k << 2)
      for (let z = from; z < end; z += 16, to += side << 2) {
        squares = transpose(P + <usize>k * width + z, width, v128.load(scale + z), factors, to, side, squares)
      }
    }
    plus(W, W, <i32>((end - from) >> 2), side, K)
  }
  if (!factor(K, side)) return false
  substitute(K, side, s)

  let size: f32 = 0
  for (let z: usize = 0; z < side; z += 4) {
    const value = load<f32>(s + z)
    size += value * value
    store<f32>(s + z, value * load<f32>(root + z))
  }
  combine(x, P, s, cells, width)
  let length = f32x4.splat(0)
  for (let z: usize = 0; z < width; z += 16) {
    const value = f32x4.mul(v128.load(x + z), v128.load(inverse + z))
    length = madd(value, value, length)
    v128.store(x + z, value)
  }
  const mass = <f64>sum(squares), small = <f64>least, norm = sqrt(<f64>sum(length))
  const felt = (1 + mass / small) * sqrt(mass * <f64>size)
  if (!(norm > 0 && norm < Infinity && felt <= TRUST * small * norm)) return false
  if (back == 0) memory.copy(place, x, bytes)
  else {
    combine(scale, back, x, <i32>(width >> 2), width)
    memory.copy(place, scale, bytes)
  }
  return true
}
