import { at } from './vector'

/** A hash with the same bits as `mix` in src/random.ts. */
export function mix(state: u32, value: u32): u32 {
  let hash = (state ^ value) + 0x9e3779b9
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35
  return hash ^ (hash >> 16)
}

/** Uniform in [0, 1). */
// @ts-ignore: decorator
@inline
export function uniform(key: u32, draw: u32): f64 {
  // 2^−32: the same bits as dividing by 2^32
  return <f64>mix(key, draw) * 2.3283064365386963e-10
}

/** Largest n for which float64 holds hash · n exactly. */
const EXACT: i32 = 1 << 21

/** Random integer from 0 to n − 1, as in src/random.ts; by integer multiplication where that gives the same bits. */
// @ts-ignore: decorator
@inline
export function below(n: i32, key: u32, draw: u32): i32 {
  if (n <= EXACT) return <i32>((<u64>mix(key, draw) * <u64>n) >> 32)
  return <i32>(uniform(key, draw) * <f64>n)
}

/** Shuffles n int32. */
export function permute(list: usize, n: i32, key: u32): void {
  for (let last = n - 1; last > 0; last--) {
    const other = below(last + 1, key, last)
    const kept = at(list, other)
    store<i32>(list + (<usize>other << 2), at(list, last))
    store<i32>(list + (<usize>last << 2), kept)
  }
}
