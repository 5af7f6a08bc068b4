import { at, copy, madd } from './vector'

/**
 * How many rows ahead of use a row of `fixed` is fetched: WebAssembly has no prefetch, so one number of each cache line
 * is read.
 */
const AHEAD: i32 = 8

/** Lanes 0 and 1: the sums of the lanes of s and of t. */
// @ts-ignore: decorator
@inline
function sums(s: v128, t: v128): v128 {
  const a = f32x4.add(v128.shuffle<f32>(s, t, 0, 4, 1, 5), v128.shuffle<f32>(s, t, 2, 6, 3, 7))
  return f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1))
}

/** acc += e0 · y + e1 · w, and if `first` diagonal += h0 · y² + h1 · w², for the 16 bytes at each address. */
// @ts-ignore: decorator
@inline
function spread(
  y: usize, w: usize, e0: v128, e1: v128, h0: v128, h1: v128, acc: usize, diagonal: usize, first: bool,
): void {
  const a = v128.load(y), b = v128.load(w)
  v128.store(acc, madd(e1, b, madd(e0, a, v128.load(acc))))
  if (first) v128.store(diagonal, madd(h1, f32x4.mul(b, b), madd(h0, f32x4.mul(a, a), v128.load(diagonal))))
}

/**
 * acc += Σ e y over rows y and w, where e = share · ⟨y, v⟩ − c · t and share = c − unobserved; only if `first` with c ·
 * t, and then share · y² is added to `diagonal`. Both rows share the reads of v and the reads and writes of acc.
 */
// @ts-ignore: decorator
@inline
function pair(
  y: usize, w: usize, weight: usize, target: usize, unobserved: v128, v: usize, acc: usize, diagonal: usize, row:
  usize, first: bool,
): void {
  let s0 = f32x4.splat(0), s1 = s0, t0 = s0, t1 = s0
  for (let z: usize = 0; z < row; z += 64) {
    const v0 = v128.load(v + z), v1 = v128.load(v + z, 16), v2 = v128.load(v + z, 32), v3 = v128.load(v + z, 48)
    s0 = madd(v128.load(y + z), v0, s0)
    t0 = madd(v128.load(w + z), v0, t0)
    s1 = madd(v128.load(y + z, 16), v1, s1)
    t1 = madd(v128.load(w + z, 16), v1, t1)
    s0 = madd(v128.load(y + z, 32), v2, s0)
    t0 = madd(v128.load(w + z, 32), v2, t0)
    s1 = madd(v128.load(y + z, 48), v3, s1)
    t1 = madd(v128.load(w + z, 48), v3, t1)
  }
  const c = v128.load64_zero(weight)
  const share = f32x4.sub(c, unobserved)
  let e = f32x4.mul(sums(f32x4.add(s0, s1), f32x4.add(t0, t1)), share)
  if (first) e = f32x4.sub(e, f32x4.mul(c, v128.load64_zero(target)))
  const e0 = v128.shuffle<f32>(e, e, 0, 0, 0, 0), e1 = v128.shuffle<f32>(e, e, 1, 1, 1, 1)
  const h0 = v128.shuffle<f32>(share, share, 0, 0, 0, 0), h1 = v128.shuffle<f32>(share, share, 1, 1, 1, 1)
  let z: usize = 0
  do {
    spread(y + z, w + z, e0, e1, h0, h1, acc + z, diagonal + z, first)
    spread(y + z + 16, w + z + 16, e0, e1, h0, h1, acc + z + 16, diagonal + z + 16, first)
    spread(y + z + 32, w + z + 32, e0, e1, h0, h1, acc + z + 32, diagonal + z + 32, first)
    spread(y + z + 48, w + z + 48, e0, e1, h0, h1, acc + z + 48, diagonal + z + 48, first)
    z += 64
  } while (z < row)
}

/** `pair` for one row. Its sums run in the same order, so the result does not depend on how rows are paired. */
function single(
  y: usize, weight: usize, target: usize, unobserved: v128, v: usize, acc: usize, diagonal: usize, row: usize, first:
  bool,
): void {
  let s0 = f32x4.splat(0), s1 = s0
  for (let z: usize = 0; z < row; z += 32) {
    s0 = madd(v128.load(y + z), v128.load(v + z), s0)
    s1 = madd(v128.load(y + z, 16), v128.load(v + z, 16), s1)
  }
  const c = v128.load32_splat(weight), s = f32x4.add(s0, s1), share = f32x4.sub(c, unobserved)
  const total = sums(s, s)
  let e = f32x4.mul(v128.shuffle<f32>(total, total, 0, 0, 0, 0), share)
  if (first) e = f32x4.sub(e, f32x4.mul(c, v128.load32_splat(target)))
  let z: usize = 0
  do {
    const a = v128.load(y + z)
    v128.store(acc + z, madd(e, a, v128.load(acc + z)))
    if (first) v128.store(diagonal + z, madd(share, f32x4.mul(a, a), v128.load(diagonal + z)))
    z += 16
  } while (z < row)
}

/** `pair` over n consecutive rows. */
// @ts-ignore: decorator
@inline
function dense(
  P: usize, n: i32, weight: usize, target: usize, unobserved: v128, v: usize, acc: usize, diagonal: usize, row: usize,
  first: bool,
): void {
  let k = 0
  for (; k + 2 <= n; k += 2, P += 2 * row, weight += 8, target += 8) {
    pair(P, P + row, weight, target, unobserved, v, acc, diagonal, row, first)
  }
  if (k < n) single(P, weight, target, unobserved, v, acc, diagonal, row, first)
}

/**
 * The sum of one number of each cache line of a row: a prefetch whose result keeps the compiler from dropping the
 * reads.
 */
// @ts-ignore: decorator
@inline
function touch(y: usize, row: usize): f32 {
  let sum: f32 = 0
  for (const end = y + row; y < end; y += 64) sum += load<f32>(y)
  return sum
}

/**
 * `pair` over the entries from `k` on whose row is below `bound`, read from the table. Returns the first entry not
 * read.
 */
// @ts-ignore: decorator
@inline
function scattered(
  fixed: usize, index: usize, k: i32, end: i32, bound: i32, weight: usize, target: usize, unobserved: v128, v: usize,
  acc: usize,
  diagonal: usize, row: usize, first: bool,
): i32 {
  for (; k + 2 <= end; k += 2) {
    const a = at(index, k), b = at(index, k + 1)
    if (a >= bound || b >= bound) break
    const place = <usize>k << 2
    const y = fixed + <usize>a * row, w = fixed + <usize>b * row
    pair(y, w, weight + place, target + place, unobserved, v, acc, diagonal, row, first)
  }
  while (k < end) {
    const a = at(index, k)
    if (a >= bound) break
    const place = <usize>k << 2
    single(fixed + <usize>a * row, weight + place, target + place, unobserved, v, acc, diagonal, row, first)
    k++
  }
  return k
}

/**
 * Starts conjugate gradients. In: r = Σ e y of x, inverse = Σ share · y². Out: r is the residual, inverse the inverse
 * diagonal of the matrix (0 where that is not positive), p the preconditioned residual; returns ⟨r, z⟩.
 */
function begin(x: usize, r: usize, p: usize, inverse: usize, eigen: usize, ridge: f32, row: usize): f32 {
  const regular = f32x4.splat(ridge), none = f32x4.splat(0), one = f32x4.splat(1)
  let s = none
  let z: usize = 0
  do {
    const shared = f32x4.add(v128.load(eigen + z), regular)
    const residual = f32x4.neg(madd(shared, v128.load(x + z), v128.load(r + z)))
    const diagonal = f32x4.add(shared, v128.load(inverse + z))
    const inverted = v128.and(f32x4.div(one, diagonal), f32x4.gt(diagonal, none))
    const preconditioned = f32x4.mul(residual, inverted)
    v128.store(r + z, residual)
    v128.store(inverse + z, inverted)
    v128.store(p + z, preconditioned)
    s = madd(residual, preconditioned, s)
    z += 16
  } while (z < row)
  return f32x4.extract_lane(sums(s, s), 0)
}

/**
 * One step of conjugate gradients. In: q = Σ share · ⟨y, p⟩ y and ⟨r, z⟩. Out: x, r and p after the step; returns the
 * next ⟨r, z⟩, 0 when converged.
 */
function advance(
  x: usize, r: usize, p: usize, inverse: usize, q: usize, eigen: usize, ridge: f32, row: usize, rz: f32, last: bool,
): f32 {
  const regular = f32x4.splat(ridge), none = f32x4.splat(0)
  let s = none
  let z: usize = 0
  do {
    const along = v128.load(p + z)
    const value = madd(f32x4.add(v128.load(eigen + z), regular), along, v128.load(q + z))
    v128.store(q + z, value)
    s = madd(value, along, s)
    z += 16
  } while (z < row)
  const curvature = f32x4.extract_lane(sums(s, s), 0)
  if (!(curvature > 0)) return 0
  const factor = rz / curvature, a = f32x4.splat(factor), minus = f32x4.splat(-factor)
  s = none
  z = 0
  do {
    v128.store(x + z, madd(a, v128.load(p + z), v128.load(x + z)))
    const residual = madd(minus, v128.load(q + z), v128.load(r + z))
    v128.store(r + z, residual)
    s = madd(residual, f32x4.mul(residual, v128.load(inverse + z)), s)
    z += 16
  } while (z < row)
  if (last) return 0
  const next = f32x4.extract_lane(sums(s, s), 0), b = f32x4.splat(next / rz)
  z = 0
  do {
    v128.store(p + z, madd(b, v128.load(p + z), f32x4.mul(v128.load(r + z), v128.load(inverse + z))))
    z += 16
  } while (z < row)
  return next
}

/** Whether a row holds a number that is not finite. */
export function broken(x: usize, row: usize): bool {
  let s = f32x4.splat(0)
  for (let z: usize = 0; z < row; z += 16) s = madd(v128.load(x + z), f32x4.splat(0), s)
  return !(f32x4.extract_lane(sums(s, s), 0) == 0)
}

/** Bytes of scratch of `conjugate` that keeps `kept` gathered rows of `row` bytes. */
export function conjugateScratch(row: usize, kept: i32): f64 {
  return <f64>row * <f64>(4 + kept)
}

/**
 * `steps` of conjugate gradients for each of `count` rows of `order`, none with more cells than `scratch` keeps rows:
 * their rows of `fixed` are gathered once. `row` is the width in bytes, a multiple of 64, and `eigen` the diagonal of
 * unobserved · Gram. A row stops early when ⟨r, z⟩ is `enough` of the first one. `failed` is set for rows that are not
 * finite.
 */
export function conjugate(
  solved: usize, fixed: usize, row: usize, count: i32, start: usize, index: usize, weight: usize, target: usize,
  unobserved: f32,
  ridge: usize, order: usize, eigen: usize, steps: i32, enough: f32, failed: usize, scratch: usize, cursor: usize,
): void {
  const r = scratch, p = r + row, inverse = p + row, q = inverse + row, P = q + row
  const everyone = f32x4.splat(unobserved)
  let touched: f32 = 0
  for (;;) {
    const from = atomic.add<i32>(cursor, 16), to = min(count, from + 16)
    if (from >= count) break
    for (let turn = from; turn < to; turn++) {
      const own = at(order, turn), first = at(start, own), n = at(start, own + 1) - first
      const x = solved + <usize>own * row
      if (n == 0) {
        memory.fill(x, 0, row)
        continue
      }
      const place = <usize>first << 2, items = index + place, weights = weight + place, targets = target + place
      const regular = load<f32>(ridge + (<usize>own << 2))
      let to = P
      for (let k = 0; k < n; k++, to += row) {
        touched += touch(fixed + <usize>at(items, min(k + AHEAD, n - 1)) * row, row)
        copy(to, fixed + <usize>at(items, k) * row, row)
      }
      memory.fill(r, 0, row)
      memory.fill(inverse, 0, row)
      dense(P, n, weights, targets, everyone, x, r, inverse, row, true)
      let rz = begin(x, r, p, inverse, eigen, regular, row)
      const least = max<f32>(enough * rz, 1e-36)
      for (let step = 1; step <= steps && rz > least; step++) {
        memory.fill(q, 0, row)
        dense(P, n, weights, targets, everyone, p, q, inverse, row, false)
        rz = advance(x, r, p, inverse, q, eigen, regular, row, rz, step == steps)
      }
      if (broken(x, row)) store<i32>(failed + (<usize>own << 2), 1)
    }
  }
  store<f32>(q, touched)
}

/** A slice of a long row's cells; addresses. `x` is multiplied in the first pass, `p` in later ones. */
@unmanaged
class Slice {
  first: i32
  end: i32
  x: usize
  p: usize
  sum: usize
  later: usize
  diagonal: usize
  rz: usize
}

/**
 * One pass of the matrix over slices of long rows. Threads take groups of slices, bounds[g] … bounds[g + 1], and sweep
 * `fixed` in blocks of `block` rows, which all slices of the group read while they are in the cache. `next` holds a
 * number for each slice.
 */
export function sweep(
  slices: usize, next: usize, bounds: usize, groups: i32, fixed: usize, row: usize, columns: i32, block: i32, index:
  usize,
  weight: usize, target: usize, unobserved: f32, initial: i32, cursor: usize,
): void {
  const everyone = f32x4.splat(unobserved)
  const size = offsetof<Slice>()
  for (;;) {
    const group = atomic.add<i32>(cursor, 1)
    if (group >= groups) return
    const low = at(bounds, group), high = at(bounds, group + 1)
    for (let s = low; s < high; s++) {
      const slice = changetype<Slice>(slices + <usize>s * size)
      store<i32>(next + (<usize>s << 2), load<f32>(slice.rz) > 0 || initial ? slice.first : slice.end)
      memory.fill(initial ? slice.sum : slice.later, 0, row)
      if (initial) memory.fill(slice.diagonal, 0, row)
    }
    for (let bound = block, more = true; more; bound += block) {
      more = bound < columns
      const before = more ? bound : i32.MAX_VALUE
      for (let s = low; s < high; s++) {
        const slice = changetype<Slice>(slices + <usize>s * size), pointer = next + (<usize>s << 2)
        const k = load<i32>(pointer), end = slice.end
        if (k >= end || at(index, k) >= before) continue
        store<i32>(
          pointer,
          initial
            ? scattered(
              fixed, index, k, end, before, weight, target, everyone, slice.x, slice.sum, slice.diagonal, row, true,
            )
            : scattered(
              fixed, index, k, end, before, weight, target, everyone, slice.p, slice.later, slice.diagonal, row, false,
            ),
        )
      }
    }
  }
}

/**
 * A long row between passes; addresses. Slices after the first keep their sums, later sums and diagonals at `rest`,
 * three rows each.
 */
@unmanaged
class LongRow {
  own: i32
  x: usize
  state: usize
  rz: usize
  rest: usize
  slices: i32
}

/** Adds the slices of `count` long rows in order and takes the step that the pass was for; `step` 0 is the start. */
export function gain(
  longs: usize, count: i32, row: usize, ridge: usize, eigen: usize, step: i32, steps: i32, enough: f32, failed: usize,
  cursor: usize,
): void {
  for (;;) {
    const from = atomic.add<i32>(cursor, 16), to = min(count, from + 16)
    if (from >= count) return
    for (let turn = from; turn < to; turn++) {
      const long = changetype<LongRow>(longs + <usize>turn * offsetof<LongRow>())
      const r = long.state, p = r + row, inverse = p + row, q = inverse + row
      const regular = load<f32>(ridge + (<usize>long.own << 2))
      let rz = load<f32>(long.rz)
      if (step > 0 && !(rz > 0)) continue
      for (let s = 1, rest = long.rest; s < long.slices; s++, rest += 3 * row) {
        for (let z: usize = 0; z < row; z += 16) {
          if (step == 0) {
            v128.store(r + z, f32x4.add(v128.load(r + z), v128.load(rest + z)))
            v128.store(inverse + z, f32x4.add(v128.load(inverse + z), v128.load(rest + 2 * row + z)))
          } else v128.store(q + z, f32x4.add(v128.load(q + z), v128.load(rest + row + z)))
        }
      }
      if (step == 0) {
        rz = begin(long.x, r, p, inverse, eigen, regular, row)
        store<f32>(long.rz, max<f32>(enough * rz, 1e-36), 4)
      } else rz = advance(long.x, r, p, inverse, q, eigen, regular, row, rz, step == steps)
      store<f32>(long.rz, rz > load<f32>(long.rz, 4) ? rz : 0)
      if (broken(long.x, row)) store<i32>(failed + (<usize>long.own << 2), 1)
    }
  }
}
