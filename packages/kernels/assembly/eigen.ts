import { add, dot } from './exact'

/** Row i of a square matrix of float64. */
// @ts-ignore: decorator
@inline
function line(A: usize, i: i32, dim: i32): usize {
  return A + ((<usize>i * <usize>dim) << 3)
}

// @ts-ignore: decorator
@inline
function get(array: usize, i: i32): f64 {
  return load<f64>(array + (<usize>i << 3))
}

// @ts-ignore: decorator
@inline
function put(array: usize, i: i32, value: f64): void {
  store<f64>(array + (<usize>i << 3), value)
}

/** Rotates rows a and b of `dim` float64: b ← s · a + c · b, a ← c · a − s · b. */
// @ts-ignore: decorator
@inline
function turn(a: usize, b: usize, c: f64, s: f64, dim: i32): void {
  const cc = f64x2.splat(c), ss = f64x2.splat(s)
  let k = 0
  if (dim >= 2) do {
    const u = v128.load(a), v = v128.load(b)
    v128.store(b, f64x2.add(f64x2.mul(ss, u), f64x2.mul(cc, v)))
    v128.store(a, f64x2.sub(f64x2.mul(cc, u), f64x2.mul(ss, v)))
    k += 2
    a += 16
    b += 16
  } while (k + 2 <= dim)
  if (k < dim) {
    const u = load<f64>(a), v = load<f64>(b)
    store<f64>(b, s * u + c * v)
    store<f64>(a, c * u - s * v)
  }
}

/** Bytes of scratch of `eigen`. */
export function eigenScratch(dim: i32): f64 {
  return 16 * <f64>dim
}

/**
 * Eigenvectors of a symmetric matrix as the rows of V, and its eigenvalues, unordered: Householder tridiagonalization,
 * then implicit QL (Wilkinson and Reinsch, 1971). A is destroyed. V is stored by rows, so that a rotation reads two
 * consecutive rows.
 */
export function eigen(A: usize, dim: i32, values: usize, V: usize, work: usize): void {
  const off = work, w = work + (<usize>dim << 3)
  // a reflection zeroes column k below its first element; its vector stays in row k, its factor in `values` for now
  for (let k = 0; k < dim; k++) put(off, k, 0)
  for (let k = 0; k + 2 < dim; k++) {
    const v = line(A, k, dim), m = dim - k - 1, vk = v + (<usize>(k + 1) << 3), wk = w + (<usize>(k + 1) << 3)
    const head = load<f64>(vk), tail = dot(vk + 8, vk + 8, m - 1)
    put(off, k, head)
    put(values, k, 0)
    if (!(tail > 0)) continue
    const norm = sqrt(head * head + tail), alpha = head > 0 ? -norm : norm
    const lead = head - alpha, factor = 2 / (lead * lead + tail)
    put(off, k, alpha)
    put(values, k, factor)
    store<f64>(vk, lead)
    for (let i = 0; i < m; i++) put(wk, i, factor * dot(line(A, k + 1 + i, dim) + (<usize>(k + 1) << 3), vk, m))
    add(wk, vk, -0.5 * factor * dot(wk, vk, m), m)
    for (let i = 0; i < m; i++) {
      const row = line(A, k + 1 + i, dim) + (<usize>(k + 1) << 3)
      add(row, wk, -get(vk, i), m)
      add(row, vk, -get(wk, i), m)
    }
  }
  if (dim >= 2) put(off, dim - 2, get(line(A, dim - 2, dim), dim - 1))

  // V ← the product of the reflections, last one first: each touches only the corner that later ones filled
  memory.fill(V, 0, (<usize>dim * <usize>dim) << 3)
  for (let i = 0; i < dim; i++) put(line(V, i, dim), i, 1)
  for (let k = dim - 3; k >= 0; k--) {
    const factor = get(values, k), m = dim - k - 1
    if (factor == 0) continue
    const vk = line(A, k, dim) + (<usize>(k + 1) << 3)
    for (let i = k + 1; i < dim; i++) {
      const row = line(V, i, dim) + (<usize>(k + 1) << 3)
      add(row, vk, -factor * dot(row, vk, m), m)
    }
  }
  let size: f64 = 0
  for (let i = 0; i < dim; i++) {
    put(values, i, get(line(A, i, dim), i))
    size = max(size, abs(get(values, i)) + abs(get(off, i)))
  }

  for (let l = 0; l < dim; l++) {
    for (let round = 0; round < 60; round++) {
      let m = l
      for (; m + 1 < dim; m++) {
        const e = abs(get(off, m))
        if (e <= 1.1e-16 * (abs(get(values, m)) + abs(get(values, m + 1))) || e <= 1e-18 * size) break
      }
      if (m == l) break
      // Wilkinson's shift, then the bulge is chased from m up to l
      const ahead = (get(values, l + 1) - get(values, l)) / (2 * get(off, l))
      const root = sqrt(ahead * ahead + 1)
      let g = get(values, m) - get(values, l) + get(off, l) / (ahead >= 0 ? ahead + root : ahead - root)
      let s: f64 = 1, c: f64 = 1, p: f64 = 0
      let i = m - 1
      for (; i >= l; i--) {
        const f = s * get(off, i), b = c * get(off, i), r = sqrt(f * f + g * g)
        put(off, i + 1, r)
        if (r == 0) {
          put(values, i + 1, get(values, i + 1) - p)
          put(off, m, 0)
          break
        }
        s = f / r
        c = g / r
        g = get(values, i + 1) - p
        const h = (get(values, i) - g) * s + 2 * c * b
        p = s * h
        put(values, i + 1, g + p)
        g = c * h - b
        turn(line(V, i, dim), line(V, i + 1, dim), c, s, dim)
      }
      if (i >= l) continue
      put(values, l, get(values, l) - p)
      put(off, l, g)
      put(off, m, 0)
    }
  }
}
