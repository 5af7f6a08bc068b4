/** a · b + c, rounded twice: relaxed SIMD would not give the same bits on every machine. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c)
}

/** The sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sum(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

/** to ← from; `bytes` is a multiple of 4. */
// @ts-ignore: decorator
@inline
export function copy(to: usize, from: usize, bytes: usize): void {
  let z: usize = 0
  for (; z + 16 <= bytes; z += 16) v128.store(to + z, v128.load(from + z))
  for (; z < bytes; z += 4) store<f32>(to + z, load<f32>(from + z))
}

/**
 * to ← to + factor · from; `bytes` is a multiple of 4. All inner loops with a splat are `do … while`: V8 does not hoist
 * invariants out of loops that may run zero times.
 */
// @ts-ignore: decorator
@inline
export function add(to: usize, from: usize, factor: f32, bytes: usize): void {
  const factors = f32x4.splat(factor)
  let z: usize = 0
  if (bytes >= 16) do {
    v128.store(to + z, madd(factors, v128.load(from + z), v128.load(to + z)))
    z += 16
  } while (z + 16 <= bytes)
  for (; z < bytes; z += 4) store<f32>(to + z, factor * load<f32>(from + z) + load<f32>(to + z))
}

/** The int32 at place `index` of an array. */
// @ts-ignore: decorator
@inline
export function at(array: usize, index: i32): i32 {
  return load<i32>(array + (<usize>index << 2))
}
