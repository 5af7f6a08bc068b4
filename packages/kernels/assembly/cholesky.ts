import { dual, dualScratch } from './dual'
import { dot, exact } from './exact'
import { factor, substitute } from './factor'
import { collect, combine, MOST, panel } from './panel'
import { plus } from './syrk'
import { add, at } from './vector'

/** Cells of a long row that are summed in float32 before their sum is added: chunks bound the rounding error. */
const PART: i32 = 8192

/**
 * A row of 8 numbers or more is accepted without refinement when its trace is at most TAME times its least pivot: the
 * float32 sums and factor then have an error of about 1e-5 of the solution.
 */
const TAME: f32 = 300

/** Two float32 1s. */
const ONES: i64 = 0x3f8000003f800000

/** A refinement that moves the solution by more than this share sends the row to float64. */
const DOUBT: f64 = 1e-3

/** to += factor · from for `dim` numbers: float32 into float64, two at a time. */
// @ts-ignore: decorator
@inline
function addWide(to: usize, from: usize, factor: f64, dim: i32): void {
  const factors = f64x2.splat(factor)
  let k = 0
  for (; k + 2 <= dim; k += 2, to += 16, from += 8) {
    const y = f64x2.promote_low_f32x4(v128.load64_zero(from))
    v128.store(to, f64x2.add(v128.load(to), f64x2.mul(factors, y)))
  }
  if (k < dim) store<f64>(to, load<f64>(to) + factor * <f64>load<f32>(from))
}

/** ⟨y, x⟩ of float32 y and float64 x. */
// @ts-ignore: decorator
@inline
function dotWide(y: usize, x: usize, dim: i32): f64 {
  let s = f64x2.splat(0), t = s
  let k = 0
  for (; k + 4 <= dim; k += 4, x += 32, y += 16) {
    s = f64x2.add(s, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(y)), v128.load(x)))
    t = f64x2.add(t, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(y, 8)), v128.load(x, 16)))
  }
  s = f64x2.add(s, t)
  let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1)
  for (; k < dim; k++, x += 8, y += 4) sum += <f64>load<f32>(y) * load<f64>(x)
  return sum
}

/** The least pivot of a factor, whose diagonal holds the inverse square roots of the pivots. */
function least(U: usize, pitch: usize, dim: i32): f32 {
  let value = load<f32>(U)
  for (let i = 1; i < dim; i++) value = max(value, load<f32>(U + <usize>i * (pitch + 4)))
  return 1 / value / value
}

/** right ← Σ c · t · y in float64. */
function sumRight(
  right: usize, fixed: usize, bytes: usize, own: usize, weights: usize, targets: usize, cells: i32, dim: i32,
): void {
  memory.fill(right, 0, <usize>dim << 3)
  for (let k = 0; k < cells; k++) {
    const at4 = <usize>k << 2, along = <f64>load<f32>(weights + at4) * <f64>load<f32>(targets + at4)
    addWide(right, fixed + <usize>at(own, k) * bytes, along, dim)
  }
}

/** x += (UᵀU)⁻¹ right, solved in float32. Returns the largest absolute value that was added. */
function solveInto(x: usize, right: usize, U: usize, pitch: usize, b: usize, dim: i32): f64 {
  memory.fill(b, 0, pitch)
  let i = 0
  for (; i + 2 <= dim; i += 2) {
    v128.store64_lane(b + (<usize>i << 2), f32x4.demote_f64x2_zero(v128.load(right + (<usize>i << 3))), 0)
  }
  if (i < dim) store<f32>(b + (<usize>i << 2), <f32>load<f64>(right + (<usize>i << 3)))
  substitute(U, pitch, b)
  // the padding of b is zeros; NaN must not pass for small
  let most = f32x4.splat(0)
  for (let z: usize = 0; z < pitch; z += 16) most = f32x4.max(most, f32x4.abs(v128.load(b + z)))
  addWide(x, b, 1, dim)
  const two = f32x4.max(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1))
  return <f64>max(f32x4.extract_lane(two, 0), f32x4.extract_lane(two, 1))
}

/** Bytes that hold the work of `exact`, or a matrix of partial sums. */
// @ts-ignore: decorator
@inline
function workBytes(dim: i32): usize {
  return (<usize>dim * <usize>dim << 4) + (<usize>((dim + 7) & ~7) << 3) + 256
}

/** Bytes of scratch of `cholesky`, zeroed; `maxCells` and `width` as there. */
export function choleskyScratch(dim: i32, maxCells: i32, width: usize): f64 {
  const padded = (dim + 7) & ~7, kept = panel(<usize>padded << 2)
  // three float64 vectors and one float32, factors, two panels, a matrix, the work of `exact`
  const primal = <f64>padded * 28 + 4 * <f64>MOST + 4 * <f64>padded * <f64>(2 * kept + padded)
  return primal + <f64>workBytes(dim) + 64 + (maxCells == 0 ? 0 : dualScratch(width, maxCells))
}

/**
 * Least squares of every row: threads share a cursor over `order`, longest rows first. Rows of at most `maxCells` cells
 * are solved by their dual system where that is accurate. Every other row: normal equations in float32 tiles and
 * Cholesky; unless the row is tame, one refinement with the float64 residual; float64 throughout where that refinement
 * is large. `base` [padded, padded] is unobserved · Gram as float32 with 1 on the diagonal of the padding, `everyone`
 * [dim, dim] the Gram matrix in float64; `rotated`, `width`, `diagonal` and `back` are parameters of `dual`. `counts`
 * receives the numbers of rows raised and rows kept.
 */
export function cholesky(
  solved: usize, fixed: usize, dim: i32, rows: i32, start: usize, index: usize, weight: usize, target: usize,
  unobserved: f64, ridge: usize, order: usize, base: usize, everyone: usize, counts: usize,
  maxCells: i32, rotated: usize, width: usize, diagonal: usize, back: usize, scratch: usize, cursor: usize,
): void {
  const padded = (dim + 7) & ~7, pitch = <usize>padded << 2, bytes = <usize>dim << 2, wide = <usize>padded << 3
  const right = scratch, residual = right + wide, x = residual + wide, b = x + wide, factors = b + pitch
  const kept = panel(pitch), part = PART / kept * kept
  const P = factors + (<usize>MOST << 2), Q = P + <usize>kept * pitch, A = Q + <usize>kept * pitch
  const work = A + <usize>padded * pitch, rest = work + workBytes(dim), less = f64x2.splat(unobserved)
  for (;;) {
    const begin = atomic.add<i32>(cursor, 16), end = min(rows, begin + 16)
    if (begin >= rows) return
    for (let turn = begin; turn < end; turn++) {
      const row = at(order, turn), first = at(start, row), cells = at(start, row + 1) - first
      const place = solved + <usize>row * bytes
      if (cells == 0) {
        memory.fill(place, 0, bytes)
        continue
      }
      const own = index + (<usize>first << 2), weights = weight + (<usize>first << 2)
      const targets = target + (<usize>first << 2)
      const regular = load<f32>(ridge + (<usize>row << 2)), reg = <f64>regular
      if (
        cells <= maxCells &&
        dual(
          place, bytes, rotated, width, own, weights, targets, cells, unobserved, regular, diagonal, back, rest,
        )
      ) continue

      memory.fill(right, 0, wide)
      memory.copy(A, base, <usize>padded * pitch)
      const careful = dim < 8, parts = cells > part
      if (parts) memory.fill(work, 0, <usize>padded * pitch)
      let heft: f64 = 0, hefts = f64x2.splat(0)
      for (let k = 0; k < cells; k += kept) {
        const n = min(kept, cells - k)
        let plain = true
        let h = 0
        for (; h + 2 <= n; h += 2) {
          const at4 = <usize>(k + h) << 2, c = f64x2.promote_low_f32x4(v128.load64_zero(weights + at4))
          const along = f64x2.mul(c, f64x2.promote_low_f32x4(v128.load64_zero(targets + at4)))
          const share = f64x2.sub(c, less)
          v128.store64_lane(factors + (<usize>h << 2), f32x4.demote_f64x2_zero(along), 0)
          hefts = f64x2.add(hefts, f64x2.div(f64x2.mul(along, along), share))
          if (i64x2.extract_lane(f32x4.demote_f64x2_zero(share), 0) != ONES) plain = false
        }
        if (h < n) {
          const at4 = <usize>(k + h) << 2, c = <f64>load<f32>(weights + at4), along = c * <f64>load<f32>(targets + at4)
          store<f32>(factors + (<usize>h << 2), <f32>along)
          heft += along * along / (c - unobserved)
          if (<f32>(c - unobserved) != 1) plain = false
        }
        collect(P, fixed, bytes, own + (<usize>k << 2), n, pitch)
        if (!careful) {
          combine(b, P, factors, n, pitch)
          addWide(right, b, 1, dim)
        }
        if (!plain) {
          for (let h = 0; h < n; h++) {
            const share = f32x4.splat(<f32>(<f64>load<f32>(weights + (<usize>(k + h) << 2)) - unobserved))
            const from = P + <usize>h * pitch, to = Q + <usize>h * pitch
            for (let z: usize = 0; z < pitch; z += 16) v128.store(to + z, f32x4.mul(share, v128.load(from + z)))
          }
        }
        plus(P, plain ? P : Q, n, pitch, A)
        if (parts && (k + kept) % part == 0) {
          add(work, A, 1, <usize>padded * pitch)
          memory.fill(A, 0, <usize>padded * pitch)
        }
      }
      heft += f64x2.extract_lane(hefts, 0) + f64x2.extract_lane(hefts, 1)
      if (parts) add(A, work, 1, <usize>padded * pitch)
      if (careful) sumRight(right, fixed, bytes, own, weights, targets, cells, dim)
      let empty = true
      for (let i = 0; i < dim; i++) if (load<f64>(right + (<usize>i << 3)) != 0) empty = false
      if (empty) {
        memory.fill(place, 0, bytes)
        continue
      }

      let trace: f32 = 0
      for (let i = 0; i < dim; i++) {
        const to = A + <usize>i * (pitch + 4)
        store<f32>(to, load<f32>(to) + regular)
        trace += load<f32>(to)
      }
      let good = factor(A, pitch), tame = good && !careful && trace < TAME * least(A, pitch, dim)
      // a right-hand side that is small beside its terms has lost digits in float32
      if (tame) tame = heft > 0 && dot(right, right, dim) > 1e-4 * heft * <f64>trace
      if (tame) {
        memory.fill(x, 0, wide)
        tame = solveInto(x, right, A, pitch, b, dim) < 3e38
      }
      if (good && !tame) {
        if (!careful) sumRight(right, fixed, bytes, own, weights, targets, cells, dim)
        memory.fill(x, 0, wide)
        const size = solveInto(x, right, A, pitch, b, dim)
        for (let i = 0; i < dim; i++) {
          const z = <usize>i << 3
          let value = load<f64>(right + z) - reg * load<f64>(x + z)
          if (unobserved != 0) value -= unobserved * dot(everyone + <usize>i * (<usize>dim << 3), x, dim)
          store<f64>(residual + z, value)
        }
        for (let k = 0; k < cells; k++) {
          const y = fixed + <usize>at(own, k) * bytes
          const share = <f64>load<f32>(weights + (<usize>k << 2)) - unobserved
          addWide(residual, y, -share * dotWide(y, x, dim), dim)
        }
        const moved = solveInto(x, residual, A, pitch, b, dim)
        good = moved <= DOUBT * size && size < 3e38
      }
      if (!good) {
        if (!careful) sumRight(right, fixed, bytes, own, weights, targets, cells, dim)
        const outcome = exact(fixed, dim, own, weights, cells, unobserved, everyone, reg, right, x, work)
        if (outcome > 0) atomic.add<i32>(counts + (<usize>(outcome - 1) << 2), 1)
        if (outcome == 2) {
          let finite = true
          for (let i: usize = 0; i < bytes; i += 4) if (!isFinite(load<f32>(place + i))) finite = false
          if (!finite) memory.fill(place, 0, bytes)
          continue
        }
      }
      for (let i = 0; i < dim; i++) store<f32>(place + (<usize>i << 2), <f32>load<f64>(x + (<usize>i << 3)))
    }
  }
}
