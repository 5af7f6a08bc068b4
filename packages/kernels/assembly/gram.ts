const PANEL: i32 = 32

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c)
}

/** C += PᵀP on the 4 × 4 tiles that touch the upper triangle, in float64; P has n rows of `pitch` bytes. */
function tiles(P: usize, n: i32, pitch: usize, C: usize): void {
  for (let i: usize = 0; i < pitch; i += 32) {
    for (let j = i; j < pitch; j += 32) {
      const c0 = C + (i >> 3) * pitch + j, c1 = c0 + pitch, c2 = c1 + pitch, c3 = c2 + pitch
      let a00 = v128.load(c0), a01 = v128.load(c0, 16), a10 = v128.load(c1), a11 = v128.load(c1, 16)
      let a20 = v128.load(c2), a21 = v128.load(c2, 16), a30 = v128.load(c3), a31 = v128.load(c3, 16)
      let p = P + j, q = P + i
      for (let k = 0; k < n; k++, p += pitch, q += pitch) {
        const b0 = v128.load(p), b1 = v128.load(p, 16)
        const s0 = v128.load64_splat(q)
        a00 = madd(s0, b0, a00)
        a01 = madd(s0, b1, a01)
        const s1 = v128.load64_splat(q, 8)
        a10 = madd(s1, b0, a10)
        a11 = madd(s1, b1, a11)
        const s2 = v128.load64_splat(q, 16)
        a20 = madd(s2, b0, a20)
        a21 = madd(s2, b1, a21)
        const s3 = v128.load64_splat(q, 24)
        a30 = madd(s3, b0, a30)
        a31 = madd(s3, b1, a31)
      }
      v128.store(c0, a00), v128.store(c0, a01, 16), v128.store(c1, a10), v128.store(c1, a11, 16)
      v128.store(c2, a20), v128.store(c2, a21, 16), v128.store(c3, a30), v128.store(c3, a31, 16)
    }
  }
}

/** Bytes of scratch of `gram`. */
export function gramScratch(width: i32): f64 {
  return <f64>PANEL * <f64>((width + 3) & ~3) * 8
}

/**
 * The upper triangle of Σ outer products for each fixed block of `size` rows: partials [blocks, padded, padded],
 * zeroed, where padded is the width rounded up to 4.
 */
export function gram(
  values: usize, rows: i32, width: i32, size: i32, partials: usize, scratch: usize, cursor: usize,
): void {
  const padded = (width + 3) & ~3, pitch = <usize>padded << 3, bytes = <usize>width << 2
  const blocks = (rows + size - 1) / size
  for (;;) {
    const block = atomic.add<i32>(cursor, 1)
    if (block >= blocks) return
    const C = partials + <usize>block * <usize>padded * pitch
    const end = min(rows, (block + 1) * size)
    for (let begin = block * size; begin < end; begin += PANEL) {
      const n = min(PANEL, end - begin)
      for (let k = 0; k < n; k++) {
        const from = values + <usize>(begin + k) * bytes, to = scratch + <usize>k * pitch
        for (let z: usize = 0; z < bytes; z += 4) store<f64>(to + (z << 1), <f64>load<f32>(from + z))
      }
      tiles(scratch, n, pitch, C)
    }
  }
}
