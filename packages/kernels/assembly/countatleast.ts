import { ITEMS, QUERIES, SCORES, score } from './scores'
import { at } from './vector'

/** The score of one item, summed in the same order as `score`. */
// @ts-ignore: decorator
@inline
function scoreOf(query: usize, item: usize, bytes: usize): f32 {
  let sum: f32 = 0
  for (let z: usize = 0; z < bytes; z += 4) sum += load<f32>(query + z) * load<f32>(item + z)
  return sum
}

/** How many of `many` scores, a multiple of 4, are at least `least`. */
// @ts-ignore: decorator
@inline
function count4(scores: usize, many: i32, least: f32): i32 {
  const leasts = f32x4.splat(least)
  let counts = i32x4.splat(0), i = 0
  do {
    counts = i32x4.sub(counts, f32x4.ge(v128.load(scores + (<usize>i << 2)), leasts))
    i += 4
  } while (i < many)
  return (
    i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3)
  )
}

/** Bytes of scratch of `countAtLeast`: scores, a place in the skip list for each query, packed items. */
export function countAtLeastScratch(width: i32): f64 {
  return <f64>(SCORES + (QUERIES << 2)) + 32 * <f64>width
}

/**
 * For each held row of a query: how many rows of `items` score at least as high, skipped rows not counted. Threads take
 * blocks of 64 queries and score them against 256 items at a time.
 */
export function countAtLeast(
  queries: usize, count: i32, items: usize, height: i32, width: i32, heldStart: usize, heldIndex: usize, skipStart:
  usize,
  skipIndex: usize, least: usize, counts: usize, scratch: usize, cursor: usize,
): void {
  const bytes = <usize>width << 2, line = <usize>ITEMS << 2
  const scores = scratch, places = scores + SCORES, packed = places + (QUERIES << 2)
  for (;;) {
    const begin = atomic.add<i32>(cursor, QUERIES)
    if (begin >= count) return
    const n = min(QUERIES, count - begin)
    for (let q = 0; q < n; q++) {
      store<i32>(places + (<usize>q << 2), at(skipStart, begin + q))
      for (let h = at(heldStart, begin + q); h < at(heldStart, begin + q + 1); h++) {
        const found = scoreOf(queries + <usize>(begin + q) * bytes, items + <usize>at(heldIndex, h) * bytes, bytes)
        // NaN ranks last
        store<f32>(least + (<usize>h << 2), found == found ? found : -Infinity)
        store<i32>(counts + (<usize>h << 2), 0)
      }
    }
    for (let first = 0; first < height; first += ITEMS) {
      const many = min(ITEMS, height - first), whole = (many + 3) & ~3
      score(queries + <usize>begin * bytes, n, items + <usize>first * bytes, many, width, packed, scores)
      for (let q = 0; q < n; q++) {
        const own = scores + <usize>q * line, last = at(skipStart, begin + q + 1)
        // NaN is never at least a score: it marks skipped rows and the padding
        let place = at(places, q)
        while (place < last && at(skipIndex, place) < first + many) {
          store<f32>(own + (<usize>(at(skipIndex, place) - first) << 2), NaN)
          place++
        }
        store<i32>(places + (<usize>q << 2), place)
        for (let i = many; i < whole; i++) store<f32>(own + (<usize>i << 2), NaN)
        for (let h = at(heldStart, begin + q), end = at(heldStart, begin + q + 1); h < end; h++) {
          const to = counts + (<usize>h << 2)
          store<i32>(to, load<i32>(to) + count4(own, whole, load<f32>(least + (<usize>h << 2))))
        }
      }
    }
    for (let q = 0; q < n; q++) {
      const all = height - (at(skipStart, begin + q + 1) - at(skipStart, begin + q))
      for (let h = at(heldStart, begin + q); h < at(heldStart, begin + q + 1); h++) {
        if (load<f32>(least + (<usize>h << 2)) == -Infinity) store<i32>(counts + (<usize>h << 2), all)
      }
    }
  }
}
