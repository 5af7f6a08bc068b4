import { at } from './vector'

/** to ← to + factor · from, `count` float64. */
// @ts-ignore: decorator
@inline
export function add(to: usize, from: usize, factor: f64, count: i32): void {
  const factors = f64x2.splat(factor)
  let k = 0
  for (; k + 2 <= count; k += 2, to += 16, from += 16) {
    v128.store(to, f64x2.add(v128.load(to), f64x2.mul(factors, v128.load(from))))
  }
  if (k < count) store<f64>(to, load<f64>(to) + factor * load<f64>(from))
}

/** ⟨a, b⟩ of `count` float64. */
export function dot(a: usize, b: usize, count: i32): f64 {
  let s = f64x2.splat(0), t = s, u = s, v = s
  let k = 0
  for (; k + 8 <= count; k += 8, a += 64, b += 64) {
    s = f64x2.add(s, f64x2.mul(v128.load(a), v128.load(b)))
    t = f64x2.add(t, f64x2.mul(v128.load(a, 16), v128.load(b, 16)))
    u = f64x2.add(u, f64x2.mul(v128.load(a, 32), v128.load(b, 32)))
    v = f64x2.add(v, f64x2.mul(v128.load(a, 48), v128.load(b, 48)))
  }
  s = f64x2.add(f64x2.add(s, t), f64x2.add(u, v))
  let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1)
  for (; k < count; k++, a += 8, b += 8) sum += load<f64>(a) * load<f64>(b)
  return sum
}

/**
 * Solves T x = x in place by T = UᵀU on the upper triangle; false when a pivot is not above 1e-14 of its diagonal in M,
 * or x overflows float32.
 */
function solve(T: usize, M: usize, dim: i32, x: usize): bool {
  const pitch = <usize>dim << 3
  for (let k = 0; k < dim; k++) {
    const diagonal = <usize>k * (pitch + 8), row = T + diagonal
    const pivot = load<f64>(row)
    if (!(pivot > 1e-14 * load<f64>(M + diagonal))) return false
    const inverse = 1 / sqrt(pivot)
    for (let j = k; j < dim; j++) {
      const to = row + (<usize>(j - k) << 3)
      store<f64>(to, load<f64>(to) * inverse)
    }
    for (let i = k + 1; i < dim; i++) {
      const from = row + (<usize>(i - k) << 3)
      add(T + <usize>i * (pitch + 8), from, -load<f64>(from), dim - i)
    }
  }
  for (let i = 0; i < dim; i++) {
    const row = T + <usize>i * (pitch + 8), to = x + (<usize>i << 3)
    const value = load<f64>(to) / load<f64>(row)
    store<f64>(to, value)
    add(to + 8, row + 8, -value, dim - i - 1)
  }
  for (let i = dim - 1; i >= 0; i--) {
    const row = T + <usize>i * (pitch + 8), to = x + (<usize>i << 3)
    store<f64>(to, (load<f64>(to) - dot(row + 8, to + 8, dim - i - 1)) / load<f64>(row))
  }
  for (let i = 0; i < dim; i++) if (!(abs(load<f64>(x + (<usize>i << 3))) <= 3.4e38)) return false
  return true
}

/**
 * Solves a row in float64, as the reference does, where float32 is not accurate: the normal equations, then Cholesky
 * with the diagonal raised by 1e-6, 1e-5, 1e-4 of the trace. Returns 0: solved, 1: solved after raising, 2: given up.
 * `work` holds 2 dim² + dim float64; `right` is the right-hand side and `x` receives the solution.
 */
export function exact(
  fixed: usize, dim: i32, index: usize, weight: usize, cells: i32, unobserved: f64, everyone: usize, ridge: f64,
  right: usize, x: usize, work: usize,
): i32 {
  const pitch = <usize>dim << 3, bytes = <usize>dim << 2
  const M = work, T = M + <usize>dim * pitch, y = T + <usize>dim * pitch
  for (let z: usize = 0; z < <usize>dim * pitch; z += 8) {
    store<f64>(M + z, unobserved == 0 ? 0 : unobserved * load<f64>(everyone + z))
  }
  for (let k = 0; k < cells; k++) {
    const from = fixed + <usize>at(index, k) * bytes
    const outer = <f64>load<f32>(weight + (<usize>k << 2)) - unobserved
    for (let i = 0; i < dim; i++) store<f64>(y + (<usize>i << 3), <f64>load<f32>(from + (<usize>i << 2)))
    for (let i = 0; i < dim; i++) {
      const value = y + (<usize>i << 3)
      add(M + <usize>i * (pitch + 8), value, outer * load<f64>(value), dim - i)
    }
  }
  let trace: f64 = 0
  for (let i = 0; i < dim; i++) {
    const to = M + <usize>i * (pitch + 8)
    store<f64>(to, load<f64>(to) + ridge)
    trace += load<f64>(to)
  }
  let raised: f64 = 0
  for (let tries = 0; tries <= 3; tries++) {
    memory.copy(T, M, <usize>dim * pitch)
    memory.copy(x, right, pitch)
    for (let i = 0; i < dim; i++) {
      const to = T + <usize>i * (pitch + 8)
      store<f64>(to, load<f64>(to) + raised)
    }
    if (solve(T, M, dim, x)) return tries == 0 ? 0 : 1
    raised = raised == 0 ? 1e-6 * trace : 10 * raised
  }
  return 2
}

/** Bytes of scratch of `rescue`. */
export function rescueScratch(width: i32): f64 {
  return 16 * <f64>width * <f64>width + 24 * <f64>width
}

/** Solves by `exact` a row that conjugate gradients could not solve; rows have `width` numbers. */
export function rescue(
  solved: usize, fixed: usize, width: i32, row: i32, start: usize, index: usize, weight: usize, target: usize,
  unobserved: f64,
  everyone: usize, ridge: usize, work: usize,
): i32 {
  const first = at(start, row), cells = at(start, row + 1) - first, wide = <usize>width << 3
  const x = work, right = x + wide, place = <usize>first << 2, to = solved + (<usize>row * <usize>width << 2)
  memory.fill(right, 0, wide)
  for (let k = 0; k < cells; k++) {
    const at4 = place + (<usize>k << 2), y = fixed + (<usize>at(index + place, k) * <usize>width << 2)
    const along = <f64>load<f32>(weight + at4) * <f64>load<f32>(target + at4)
    for (let i = 0; i < width; i++) {
      const sum = right + (<usize>i << 3)
      store<f64>(sum, load<f64>(sum) + along * <f64>load<f32>(y + (<usize>i << 2)))
    }
  }
  const reg = <f64>load<f32>(ridge + (<usize>row << 2))
  const outcome = exact(
    fixed, width, index + place, weight + place, cells, unobserved, everyone, reg, right, x, right + wide,
  )
  for (let i = 0; i < width; i++) {
    store<f32>(to + (<usize>i << 2), outcome == 2 ? 0 : <f32>load<f64>(x + (<usize>i << 3)))
  }
  return outcome
}
