/**
 * A counter-based random generator: every number is a hash of a key and a counter, so results do not depend on the
 * order of draws or on threads. assembly/random.ts has the same function.
 */
export const mix = (state: number, value: number): number => {
  let hash = (state ^ value) + 0x9e3779b9
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A random key from (seed, phase, epoch, …): 32 bits. */
export const key = (...parts: readonly number[]): number => parts.reduce(mix, 0x243f6a88)

/** Uniform in [0, 1). */
export const uniform = (key: number, draw: number): number => mix(key, draw) / 4294967296

/** A random integer from 0 to n − 1. */
export const below = (n: number, key: number, draw: number): number => Math.floor(uniform(key, draw) * n)

/** A standard normal number (Box and Muller, 1958). */
export const normal = (key: number, draw: number): number =>
  Math.sqrt(-2 * Math.log(1 - uniform(key, 2 * draw))) * Math.cos(2 * Math.PI * uniform(key, 2 * draw + 1))

/** A random permutation of 0 … n − 1. */
export const permutation = (n: number, key: number): Int32Array => {
  const order = Int32Array.from({ length: n }, (_, index) => index)
  for (let last = n - 1; last > 0; last--) {
    const other = below(last + 1, key, last)
    const kept = order[last]!
    order[last] = order[other]!
    order[other] = kept
  }
  return order
}
