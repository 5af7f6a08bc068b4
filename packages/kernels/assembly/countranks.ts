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

/** The sum of the lanes of a vector of counts. */
// @ts-ignore: decorator
@inline
function total(counts: v128): i32 {
  return (
    i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3)
  )
}

/** Adds how many of `many` scores, a multiple of 4, are above `own` to `above`, and how many equal it to `tied`. */
// @ts-ignore: decorator
@inline
function count4(scores: usize, many: i32, own: f32, above: usize, tied: usize): void {
  const owns = f32x4.splat(own)
  let higher = i32x4.splat(0), equal = i32x4.splat(0), i = 0
  do {
    const found = v128.load(scores + (<usize>i << 2))
    higher = i32x4.sub(higher, f32x4.gt(found, owns))
    equal = i32x4.sub(equal, f32x4.eq(found, owns))
    i += 4
  } while (i < many)
  store<i32>(above, load<i32>(above) + total(higher))
  store<i32>(tied, load<i32>(tied) + total(equal))
}

/** Bytes of scratch of `countRanks`: scores, a place in the skip list for each query, packed items. */
export function countRanksScratch(width: i32): f64 {
  return <f64>(SCORES + (QUERIES << 2)) + 32 * <f64>width
}

/**
 * For each held row of a query: how many rows of `items` score higher, and how many the same, itself included; skipped
 * rows are not counted. Threads take blocks of 64 queries and score them against 256 items at a time.
 */
export function countRanks(
  queries: usize, count: i32, items: usize, height: i32, width: i32, heldStart: usize, heldIndex: usize, skipStart:
  usize,
  skipIndex: usize, held: usize, above: usize, tied: usize, scratch: usize, cursor: usize,
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
        store<f32>(held + (<usize>h << 2), found == found ? found : -Infinity)
        store<i32>(above + (<usize>h << 2), 0)
        store<i32>(tied + (<usize>h << 2), 0)
      }
    }
    for (let first = 0; first < height; first += ITEMS) {
      const many = min(ITEMS, height - first), whole = (many + 3) & ~3
      score(queries + <usize>begin * bytes, n, items + <usize>first * bytes, many, width, packed, scores)
      for (let q = 0; q < n; q++) {
        const own = scores + <usize>q * line, last = at(skipStart, begin + q + 1)
        // NaN is neither above a score nor equal to it: it marks skipped rows and the padding
        let place = at(places, q)
        while (place < last && at(skipIndex, place) < first + many) {
          store<f32>(own + (<usize>(at(skipIndex, place) - first) << 2), NaN)
          place++
        }
        store<i32>(places + (<usize>q << 2), place)
        for (let i = many; i < whole; i++) store<f32>(own + (<usize>i << 2), NaN)
        for (let h = at(heldStart, begin + q), end = at(heldStart, begin + q + 1); h < end; h++) {
          const to = <usize>h << 2
          count4(own, whole, load<f32>(held + to), above + to, tied + to)
        }
      }
    }
    for (let q = 0; q < n; q++) {
      const all = height - (at(skipStart, begin + q + 1) - at(skipStart, begin + q))
      for (let h = at(heldStart, begin + q); h < at(heldStart, begin + q + 1); h++) {
        if (load<f32>(held + (<usize>h << 2)) > -Infinity) continue
        store<i32>(above + (<usize>h << 2), all - 1)
        store<i32>(tied + (<usize>h << 2), 1)
      }
    }
  }
}
