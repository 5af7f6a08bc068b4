import { add, at, madd, sum } from './vector'

/** ⟨x, y⟩ of `bytes`, a multiple of 16. */
// @ts-ignore: decorator
@inline
export function dot(x: usize, y: usize, bytes: usize): f32 {
  let s = f32x4.splat(0), t = s
  let z: usize = 0
  for (; z + 32 <= bytes; z += 32) {
    s = madd(v128.load(x + z), v128.load(y + z), s)
    t = madd(v128.load(x + z, 16), v128.load(y + z, 16), t)
  }
  if (z < bytes) s = madd(v128.load(x + z), v128.load(y + z), s)
  return sum(f32x4.add(s, t))
}

/**
 * found[k] ← ⟨x, rows[list[k]]⟩. Four rows at a time share the loads of x; each is summed in the same order as alone.
 */
export function dots(x: usize, rows: usize, bytes: usize, list: usize, count: i32, found: usize): void {
  let k = 0
  for (; k + 4 <= count; k += 4) {
    const a = rows + <usize>at(list, k) * bytes, b = rows + <usize>at(list, k + 1) * bytes
    const c = rows + <usize>at(list, k + 2) * bytes, d = rows + <usize>at(list, k + 3) * bytes
    let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0
    let z: usize = 0
    for (; z + 32 <= bytes; z += 32) {
      const x0 = v128.load(x + z), x1 = v128.load(x + z, 16)
      a0 = madd(x0, v128.load(a + z), a0)
      b0 = madd(x0, v128.load(b + z), b0)
      c0 = madd(x0, v128.load(c + z), c0)
      d0 = madd(x0, v128.load(d + z), d0)
      a1 = madd(x1, v128.load(a + z, 16), a1)
      b1 = madd(x1, v128.load(b + z, 16), b1)
      c1 = madd(x1, v128.load(c + z, 16), c1)
      d1 = madd(x1, v128.load(d + z, 16), d1)
    }
    if (z < bytes) {
      const x0 = v128.load(x + z)
      a0 = madd(x0, v128.load(a + z), a0)
      b0 = madd(x0, v128.load(b + z), b0)
      c0 = madd(x0, v128.load(c + z), c0)
      d0 = madd(x0, v128.load(d + z), d0)
    }
    const to = found + (<usize>k << 2)
    store<f32>(to, sum(f32x4.add(a0, a1)))
    store<f32>(to, sum(f32x4.add(b0, b1)), 4)
    store<f32>(to, sum(f32x4.add(c0, c1)), 8)
    store<f32>(to, sum(f32x4.add(d0, d1)), 12)
  }
  if (k + 2 <= count) {
    const a = rows + <usize>at(list, k) * bytes, b = rows + <usize>at(list, k + 1) * bytes
    let a0 = f32x4.splat(0), b0 = a0, a1 = a0, b1 = a0
    let z: usize = 0
    for (; z + 32 <= bytes; z += 32) {
      const x0 = v128.load(x + z), x1 = v128.load(x + z, 16)
      a0 = madd(x0, v128.load(a + z), a0)
      b0 = madd(x0, v128.load(b + z), b0)
      a1 = madd(x1, v128.load(a + z, 16), a1)
      b1 = madd(x1, v128.load(b + z, 16), b1)
    }
    if (z < bytes) {
      const x0 = v128.load(x + z)
      a0 = madd(x0, v128.load(a + z), a0)
      b0 = madd(x0, v128.load(b + z), b0)
    }
    const to = found + (<usize>k << 2)
    store<f32>(to, sum(f32x4.add(a0, a1)))
    store<f32>(to, sum(f32x4.add(b0, b1)), 4)
    k += 2
  }
  if (k < count) store<f32>(found + (<usize>k << 2), dot(x, rows + <usize>at(list, k) * bytes, bytes))
}

/** out ← Σ factors[k] · rows[list[k]], two rows at a time; rows are `pitch` bytes apart, `bytes` of each are read. */
export function combine(
  rows: usize, pitch: usize, list: usize, factors: usize, count: i32, out: usize, bytes: usize,
): void {
  if (count == 1) memory.fill(out, 0, bytes)
  for (let k = count & 1; k < count; k += 2) {
    const a = rows + <usize>at(list, k) * pitch, b = rows + <usize>at(list, k + 1) * pitch
    const place = factors + (<usize>k << 2)
    const e = f32x4.splat(load<f32>(place)), f = f32x4.splat(load<f32>(place, 4))
    if (k < 2) {
      let z: usize = 0
      do {
        v128.store(out + z, madd(f, v128.load(b + z), f32x4.mul(e, v128.load(a + z))))
        z += 16
      } while (z < bytes)
    } else {
      let z: usize = 0
      do {
        v128.store(out + z, madd(f, v128.load(b + z), madd(e, v128.load(a + z), v128.load(out + z))))
        z += 16
      } while (z < bytes)
    }
  }
  if (count & 1) add(out, rows + <usize>at(list, 0) * pitch, load<f32>(factors), bytes)
}
