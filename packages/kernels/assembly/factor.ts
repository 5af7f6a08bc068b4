/** x − s · y. */
// @ts-ignore: decorator
@inline
function less(x: v128, s: v128, y: v128): v128 {
  return f32x4.sub(x, f32x4.mul(s, y))
}

/**
 * 1 / √pivot in every lane; 0 where the pivot is at most 1e-6 of the original diagonal, which float32 cannot tell from
 * 0.
 */
// @ts-ignore: decorator
@inline
function invert(pivot: f32, before: f32): v128 {
  const inverse: f32 = 1 / sqrt(pivot)
  return f32x4.splat(pivot > <f32>1e-6 * before && pivot < <f32>1e38 ? inverse : 0)
}

/** Subtracts the contributions of the rows above from rows k … k + 7 of A, from column k on; k in bytes. */
function descend(A: usize, pitch: usize, k: usize): void {
  const own = A + (k >> 2) * pitch
  for (let j = k; j < pitch; j += 32) {
    for (let i: usize = 0; i < 32; i += 16) {
      const c0 = own + (i >> 2) * pitch + j, c1 = c0 + pitch, c2 = c1 + pitch, c3 = c2 + pitch
      let a00 = v128.load(c0), a01 = v128.load(c0, 16), a10 = v128.load(c1), a11 = v128.load(c1, 16)
      let a20 = v128.load(c2), a21 = v128.load(c2, 16), a30 = v128.load(c3), a31 = v128.load(c3, 16)
      const end = own + j
      for (let p = A + j, q = A + k + i; p < end; p += pitch, q += pitch) {
        const b0 = v128.load(p), b1 = v128.load(p, 16)
        const s0 = v128.load32_splat(q)
        a00 = less(a00, s0, b0)
        a01 = less(a01, s0, b1)
        const s1 = v128.load32_splat(q, 4)
        a10 = less(a10, s1, b0)
        a11 = less(a11, s1, b1)
        const s2 = v128.load32_splat(q, 8)
        a20 = less(a20, s2, b0)
        a21 = less(a21, s2, b1)
        const s3 = v128.load32_splat(q, 12)
        a30 = less(a30, s3, b0)
        a31 = less(a31, s3, b1)
      }
      v128.store(c0, a00), v128.store(c0, a01, 16), v128.store(c1, a10), v128.store(c1, a11, 16)
      v128.store(c2, a20), v128.store(c2, a21, 16), v128.store(c3, a30), v128.store(c3, a31, 16)
    }
  }
}

/** Factors the 8 × 8 block at r0; false where a pivot is lost. The diagonal keeps the inverse of the factor's. */
function corner(r0: usize, pitch: usize): bool {
  const r1 = r0 + pitch, r2 = r1 + pitch, r3 = r2 + pitch, r4 = r3 + pitch, r5 = r4 + pitch, r6 = r5 + pitch
  const r7 = r6 + pitch
  let l0 = v128.load(r0), l1 = v128.load(r1), l2 = v128.load(r2), l3 = v128.load(r3)
  let h0 = v128.load(r0, 16), h1 = v128.load(r1, 16), h2 = v128.load(r2, 16), h3 = v128.load(r3, 16)
  let h4 = v128.load(r4, 16), h5 = v128.load(r5, 16), h6 = v128.load(r6, 16), h7 = v128.load(r7, 16)

  const i0 = invert(f32x4.extract_lane(l0, 0), load<f32>(r0))
  l0 = f32x4.mul(l0, i0)
  h0 = f32x4.mul(h0, i0)
  const s01 = v128.shuffle<f32>(l0, l0, 1, 1, 1, 1)
  l1 = less(l1, s01, l0)
  h1 = less(h1, s01, h0)
  const s02 = v128.shuffle<f32>(l0, l0, 2, 2, 2, 2)
  l2 = less(l2, s02, l0)
  h2 = less(h2, s02, h0)
  const s03 = v128.shuffle<f32>(l0, l0, 3, 3, 3, 3)
  l3 = less(l3, s03, l0)
  h3 = less(h3, s03, h0)
  h4 = less(h4, v128.shuffle<f32>(h0, h0, 0, 0, 0, 0), h0)
  h5 = less(h5, v128.shuffle<f32>(h0, h0, 1, 1, 1, 1), h0)
  h6 = less(h6, v128.shuffle<f32>(h0, h0, 2, 2, 2, 2), h0)
  h7 = less(h7, v128.shuffle<f32>(h0, h0, 3, 3, 3, 3), h0)
  v128.store(r0, l0), v128.store(r0, h0, 16)
  store<f32>(r0, f32x4.extract_lane(i0, 0))

  const i1 = invert(f32x4.extract_lane(l1, 1), load<f32>(r1, 4))
  l1 = f32x4.mul(l1, i1)
  h1 = f32x4.mul(h1, i1)
  const s12 = v128.shuffle<f32>(l1, l1, 2, 2, 2, 2)
  l2 = less(l2, s12, l1)
  h2 = less(h2, s12, h1)
  const s13 = v128.shuffle<f32>(l1, l1, 3, 3, 3, 3)
  l3 = less(l3, s13, l1)
  h3 = less(h3, s13, h1)
  h4 = less(h4, v128.shuffle<f32>(h1, h1, 0, 0, 0, 0), h1)
  h5 = less(h5, v128.shuffle<f32>(h1, h1, 1, 1, 1, 1), h1)
  h6 = less(h6, v128.shuffle<f32>(h1, h1, 2, 2, 2, 2), h1)
  h7 = less(h7, v128.shuffle<f32>(h1, h1, 3, 3, 3, 3), h1)
  v128.store(r1, l1), v128.store(r1, h1, 16)
  store<f32>(r1, f32x4.extract_lane(i1, 0), 4)

  const i2 = invert(f32x4.extract_lane(l2, 2), load<f32>(r2, 8))
  l2 = f32x4.mul(l2, i2)
  h2 = f32x4.mul(h2, i2)
  const s23 = v128.shuffle<f32>(l2, l2, 3, 3, 3, 3)
  l3 = less(l3, s23, l2)
  h3 = less(h3, s23, h2)
  h4 = less(h4, v128.shuffle<f32>(h2, h2, 0, 0, 0, 0), h2)
  h5 = less(h5, v128.shuffle<f32>(h2, h2, 1, 1, 1, 1), h2)
  h6 = less(h6, v128.shuffle<f32>(h2, h2, 2, 2, 2, 2), h2)
  h7 = less(h7, v128.shuffle<f32>(h2, h2, 3, 3, 3, 3), h2)
  v128.store(r2, l2), v128.store(r2, h2, 16)
  store<f32>(r2, f32x4.extract_lane(i2, 0), 8)

  const i3 = invert(f32x4.extract_lane(l3, 3), load<f32>(r3, 12))
  h3 = f32x4.mul(h3, i3)
  h4 = less(h4, v128.shuffle<f32>(h3, h3, 0, 0, 0, 0), h3)
  h5 = less(h5, v128.shuffle<f32>(h3, h3, 1, 1, 1, 1), h3)
  h6 = less(h6, v128.shuffle<f32>(h3, h3, 2, 2, 2, 2), h3)
  h7 = less(h7, v128.shuffle<f32>(h3, h3, 3, 3, 3, 3), h3)
  v128.store(r3, h3, 16)
  store<f32>(r3, f32x4.extract_lane(i3, 0), 12)

  const i4 = invert(f32x4.extract_lane(h4, 0), load<f32>(r4, 16))
  h4 = f32x4.mul(h4, i4)
  h5 = less(h5, v128.shuffle<f32>(h4, h4, 1, 1, 1, 1), h4)
  h6 = less(h6, v128.shuffle<f32>(h4, h4, 2, 2, 2, 2), h4)
  h7 = less(h7, v128.shuffle<f32>(h4, h4, 3, 3, 3, 3), h4)
  v128.store(r4, h4, 16)
  store<f32>(r4, f32x4.extract_lane(i4, 0), 16)

  const i5 = invert(f32x4.extract_lane(h5, 1), load<f32>(r5, 20))
  h5 = f32x4.mul(h5, i5)
  h6 = less(h6, v128.shuffle<f32>(h5, h5, 2, 2, 2, 2), h5)
  h7 = less(h7, v128.shuffle<f32>(h5, h5, 3, 3, 3, 3), h5)
  v128.store(r5, h5, 16)
  store<f32>(r5, f32x4.extract_lane(i5, 0), 20)

  const i6 = invert(f32x4.extract_lane(h6, 2), load<f32>(r6, 24))
  h6 = f32x4.mul(h6, i6)
  h7 = less(h7, v128.shuffle<f32>(h6, h6, 3, 3, 3, 3), h6)
  v128.store(r6, h6, 16)
  store<f32>(r6, f32x4.extract_lane(i6, 0), 24)

  const i7 = invert(f32x4.extract_lane(h7, 3), load<f32>(r7, 28))
  store<f32>(r7, f32x4.extract_lane(i7, 0), 28)
  const some = f32x4.min(
    f32x4.min(f32x4.min(i0, i1), f32x4.min(i2, i3)),
    f32x4.min(f32x4.min(i4, i5), f32x4.min(i6, i7)),
  )
  return f32x4.extract_lane(some, 0) > 0
}

/**
 * A = UᵀU on the upper triangle, in place, eight rows at a time, with 1 / U[i][i] on the diagonal; the width is `pitch`
 * bytes, a multiple of 32. False when a pivot is not above 1e-6 of its diagonal.
 */
export function factor(A: usize, pitch: usize): bool {
  for (let k: usize = 0; k < pitch; k += 32) {
    if (k > 0) descend(A, pitch, k)
    const r0 = A + (k >> 2) * pitch
    if (!corner(r0 + k, pitch)) return false
    const r1 = r0 + pitch, r2 = r1 + pitch, r3 = r2 + pitch, r4 = r3 + pitch, r5 = r4 + pitch, r6 = r5 + pitch
    const r7 = r6 + pitch
    const u0 = r0 + k, u1 = r1 + k, u2 = r2 + k, u3 = r3 + k, u4 = r4 + k, u5 = r5 + k, u6 = r6 + k, u7 = r7 + k
    for (let j = k + 32; j < pitch; j += 16) {
      const x0 = f32x4.mul(v128.load32_splat(u0), v128.load(r0 + j))
      const x1 = f32x4.mul(v128.load32_splat(u1, 4), less(v128.load(r1 + j), v128.load32_splat(u0, 4), x0))
      let x2 = less(v128.load(r2 + j), v128.load32_splat(u0, 8), x0)
      x2 = f32x4.mul(v128.load32_splat(u2, 8), less(x2, v128.load32_splat(u1, 8), x1))
      let x3 = less(v128.load(r3 + j), v128.load32_splat(u0, 12), x0)
      x3 = less(x3, v128.load32_splat(u1, 12), x1)
      x3 = f32x4.mul(v128.load32_splat(u3, 12), less(x3, v128.load32_splat(u2, 12), x2))
      let x4 = less(v128.load(r4 + j), v128.load32_splat(u0, 16), x0)
      x4 = less(x4, v128.load32_splat(u1, 16), x1)
      x4 = less(x4, v128.load32_splat(u2, 16), x2)
      x4 = f32x4.mul(v128.load32_splat(u4, 16), less(x4, v128.load32_splat(u3, 16), x3))
      let x5 = less(v128.load(r5 + j), v128.load32_splat(u0, 20), x0)
      x5 = less(x5, v128.load32_splat(u1, 20), x1)
      x5 = less(x5, v128.load32_splat(u2, 20), x2)
      x5 = less(x5, v128.load32_splat(u3, 20), x3)
      x5 = f32x4.mul(v128.load32_splat(u5, 20), less(x5, v128.load32_splat(u4, 20), x4))
      let x6 = less(v128.load(r6 + j), v128.load32_splat(u0, 24), x0)
      x6 = less(x6, v128.load32_splat(u1, 24), x1)
      x6 = less(x6, v128.load32_splat(u2, 24), x2)
      x6 = less(x6, v128.load32_splat(u3, 24), x3)
      x6 = less(x6, v128.load32_splat(u4, 24), x4)
      x6 = f32x4.mul(v128.load32_splat(u6, 24), less(x6, v128.load32_splat(u5, 24), x5))
      let x7 = less(v128.load(r7 + j), v128.load32_splat(u0, 28), x0)
      x7 = less(x7, v128.load32_splat(u1, 28), x1)
      x7 = less(x7, v128.load32_splat(u2, 28), x2)
      x7 = less(x7, v128.load32_splat(u3, 28), x3)
      x7 = less(x7, v128.load32_splat(u4, 28), x4)
      x7 = less(x7, v128.load32_splat(u5, 28), x5)
      x7 = f32x4.mul(v128.load32_splat(u7, 28), less(x7, v128.load32_splat(u6, 28), x6))
      v128.store(r0 + j, x0), v128.store(r1 + j, x1), v128.store(r2 + j, x2), v128.store(r3 + j, x3)
      v128.store(r4 + j, x4), v128.store(r5 + j, x5), v128.store(r6 + j, x6), v128.store(r7 + j, x7)
    }
  }
  return true
}

/** Σ lanes of a, b, c, d, a lane each. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const s = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7))
  const t = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f32>(s, t, 0, 1, 4, 5), v128.shuffle<f32>(s, t, 2, 3, 6, 7))
}

/** b ← U⁻ᵀ b, eight numbers at a time: rows of U are read in order. */
function forward(U: usize, pitch: usize, b: usize): void {
  for (let k: usize = 0; k < pitch; k += 32) {
    const r0 = U + (k >> 2) * pitch, r1 = r0 + pitch, r2 = r1 + pitch, r3 = r2 + pitch
    const r4 = r3 + pitch, r5 = r4 + pitch, r6 = r5 + pitch, r7 = r6 + pitch
    let l = v128.load(b + k), h = v128.load(b + k, 16)
    const x0 = f32x4.mul(v128.shuffle<f32>(l, l, 0, 0, 0, 0), v128.load32_splat(r0 + k))
    l = less(l, x0, v128.load(r0 + k))
    h = less(h, x0, v128.load(r0 + k, 16))
    const x1 = f32x4.mul(v128.shuffle<f32>(l, l, 1, 1, 1, 1), v128.load32_splat(r1 + k, 4))
    l = less(l, x1, v128.load(r1 + k))
    h = less(h, x1, v128.load(r1 + k, 16))
    const x2 = f32x4.mul(v128.shuffle<f32>(l, l, 2, 2, 2, 2), v128.load32_splat(r2 + k, 8))
    l = less(l, x2, v128.load(r2 + k))
    h = less(h, x2, v128.load(r2 + k, 16))
    const x3 = f32x4.mul(v128.shuffle<f32>(l, l, 3, 3, 3, 3), v128.load32_splat(r3 + k, 12))
    h = less(h, x3, v128.load(r3 + k, 16))
    const x4 = f32x4.mul(v128.shuffle<f32>(h, h, 0, 0, 0, 0), v128.load32_splat(r4 + k, 16))
    h = less(h, x4, v128.load(r4 + k, 16))
    const x5 = f32x4.mul(v128.shuffle<f32>(h, h, 1, 1, 1, 1), v128.load32_splat(r5 + k, 20))
    h = less(h, x5, v128.load(r5 + k, 16))
    const x6 = f32x4.mul(v128.shuffle<f32>(h, h, 2, 2, 2, 2), v128.load32_splat(r6 + k, 24))
    h = less(h, x6, v128.load(r6 + k, 16))
    const x7 = f32x4.mul(v128.shuffle<f32>(h, h, 3, 3, 3, 3), v128.load32_splat(r7 + k, 28))
    store<f32>(b + k, f32x4.extract_lane(x0, 0)), store<f32>(b + k, f32x4.extract_lane(x1, 0), 4)
    store<f32>(b + k, f32x4.extract_lane(x2, 0), 8), store<f32>(b + k, f32x4.extract_lane(x3, 0), 12)
    store<f32>(b + k, f32x4.extract_lane(x4, 0), 16), store<f32>(b + k, f32x4.extract_lane(x5, 0), 20)
    store<f32>(b + k, f32x4.extract_lane(x6, 0), 24), store<f32>(b + k, f32x4.extract_lane(x7, 0), 28)
    for (let j = k + 32; j < pitch; j += 16) {
      let v = less(v128.load(b + j), x0, v128.load(r0 + j))
      v = less(v, x1, v128.load(r1 + j))
      v = less(v, x2, v128.load(r2 + j))
      v = less(v, x3, v128.load(r3 + j))
      v = less(v, x4, v128.load(r4 + j))
      v = less(v, x5, v128.load(r5 + j))
      v = less(v, x6, v128.load(r6 + j))
      v128.store(b + j, less(v, x7, v128.load(r7 + j)))
    }
  }
}

/** b ← U⁻¹ b, eight numbers at a time from the last, by dot products: rows of U are read in order. */
function backward(U: usize, pitch: usize, b: usize): void {
  for (let k = pitch; k > 0; ) {
    k -= 32
    const r0 = U + (k >> 2) * pitch, r1 = r0 + pitch, r2 = r1 + pitch, r3 = r2 + pitch
    const r4 = r3 + pitch, r5 = r4 + pitch, r6 = r5 + pitch, r7 = r6 + pitch
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
    for (let j = k + 32; j < pitch; j += 16) {
      const x = v128.load(b + j)
      a0 = f32x4.add(a0, f32x4.mul(x, v128.load(r0 + j)))
      a1 = f32x4.add(a1, f32x4.mul(x, v128.load(r1 + j)))
      a2 = f32x4.add(a2, f32x4.mul(x, v128.load(r2 + j)))
      a3 = f32x4.add(a3, f32x4.mul(x, v128.load(r3 + j)))
      a4 = f32x4.add(a4, f32x4.mul(x, v128.load(r4 + j)))
      a5 = f32x4.add(a5, f32x4.mul(x, v128.load(r5 + j)))
      a6 = f32x4.add(a6, f32x4.mul(x, v128.load(r6 + j)))
      a7 = f32x4.add(a7, f32x4.mul(x, v128.load(r7 + j)))
    }
    const l = f32x4.sub(v128.load(b + k), sums(a0, a1, a2, a3))
    const h = f32x4.sub(v128.load(b + k, 16), sums(a4, a5, a6, a7))
    const u0 = r0 + k, u1 = r1 + k, u2 = r2 + k, u3 = r3 + k, u4 = r4 + k, u5 = r5 + k, u6 = r6 + k, u7 = r7 + k
    const x7 = f32x4.extract_lane(h, 3) * load<f32>(u7, 28)
    const x6 = (f32x4.extract_lane(h, 2) - x7 * load<f32>(u6, 28)) * load<f32>(u6, 24)
    const x5 = (f32x4.extract_lane(h, 1) - x7 * load<f32>(u5, 28) - x6 * load<f32>(u5, 24)) * load<f32>(u5, 20)
    const e4 = f32x4.extract_lane(h, 0) - x7 * load<f32>(u4, 28) - x6 * load<f32>(u4, 24) - x5 * load<f32>(u4, 20)
    const x4 = e4 * load<f32>(u4, 16)
    const hi = f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(x4), 1, x5), 2, x6), 3, x7)
    const t = sums(
      f32x4.mul(hi, v128.load(u0, 16)), f32x4.mul(hi, v128.load(u1, 16)),
      f32x4.mul(hi, v128.load(u2, 16)), f32x4.mul(hi, v128.load(u3, 16)),
    )
    const w = f32x4.sub(l, t)
    const x3 = f32x4.extract_lane(w, 3) * load<f32>(u3, 12)
    const x2 = (f32x4.extract_lane(w, 2) - x3 * load<f32>(u2, 12)) * load<f32>(u2, 8)
    const x1 = (f32x4.extract_lane(w, 1) - x3 * load<f32>(u1, 12) - x2 * load<f32>(u1, 8)) * load<f32>(u1, 4)
    const e0 = f32x4.extract_lane(w, 0) - x3 * load<f32>(u0, 12) - x2 * load<f32>(u0, 8) - x1 * load<f32>(u0, 4)
    const x0 = e0 * load<f32>(u0)
    v128.store(b + k, f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(x0), 1, x1), 2, x2), 3, x3))
    v128.store(b + k, hi, 16)
  }
}

/** b ← (UᵀU)⁻¹ b for U from `factor`. */
export function substitute(U: usize, pitch: usize, b: usize): void {
  forward(U, pitch, b)
  backward(U, pitch, b)
}
