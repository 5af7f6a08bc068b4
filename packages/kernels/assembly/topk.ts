import { ITEMS, QUERIES, SCORES, score } from './scores'
import { at } from './vector'

/** Whether entry a ranks below entry b: a smaller score, or the same score and a larger row. */
// @ts-ignore: decorator
@inline
function worse(rows: usize, scores: usize, a: i32, b: i32): bool {
  const s = load<f32>(scores + (<usize>a << 2)), t = load<f32>(scores + (<usize>b << 2))
  return s < t || (s == t && at(rows, a) > at(rows, b))
}

/** Swaps two entries of a list. */
// @ts-ignore: decorator
@inline
export function swap(list: usize, a: i32, b: i32): void {
  const kept = at(list, a)
  store<i32>(list + (<usize>a << 2), at(list, b))
  store<i32>(list + (<usize>b << 2), kept)
}

/** Moves an entry down to restore the heap of `count` entries, worst first. */
function sink(rows: usize, scores: usize, place: i32, count: i32): void {
  for (;;) {
    let child = 2 * place + 1
    if (child >= count) return
    if (child + 1 < count && worse(rows, scores, child + 1, child)) child++
    if (!worse(rows, scores, child, place)) return
    swap(rows, child, place)
    swap(scores, child, place)
    place = child
  }
}

/** Moves an entry up to restore the heap. */
function rise(rows: usize, scores: usize, place: i32): void {
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (!worse(rows, scores, place, parent)) return
    swap(rows, place, parent)
    swap(scores, place, parent)
    place = parent
  }
}

/** Adds an entry to the heap of the k best; returns how many it holds. */
export function enter(rows: usize, scores: usize, k: i32, found: i32, row: i32, score: f32): i32 {
  const place = found < k ? found : 0
  store<i32>(rows + (<usize>place << 2), row)
  store<f32>(scores + (<usize>place << 2), score)
  if (found < k) {
    rise(rows, scores, found)
    return found + 1
  }
  sink(rows, scores, 0, k)
  return k
}

/** Sorts a heap, best first; −1 and −∞ fill the rest. */
export function finish(rows: usize, scores: usize, k: i32, found: i32): void {
  for (let count = found - 1; count > 0; count--) {
    swap(rows, 0, count)
    swap(scores, 0, count)
    sink(rows, scores, 0, count)
  }
  for (let place = found; place < k; place++) {
    store<i32>(rows + (<usize>place << 2), -1)
    store<f32>(scores + (<usize>place << 2), -Infinity)
  }
}

/**
 * Enters those of `many` scores of items from `first` on that are among the k best of a query; `place` and `found` hold
 * its place in the list of skipped items, which ends at `last`, and how many items its heap has.
 */
function enterBlock(
  own: usize, many: i32, first: i32, best: usize, bestScores: usize, k: i32, skipIndex: usize, last: i32, places: usize,
  founds: usize,
): void {
  let found = at(founds, 0), place = at(places, 0)
  let least: f32 = found == k ? load<f32>(bestScores) : -Infinity
  let leasts = f32x4.splat(least)
  for (let i = 0; i < many; i += 4) {
    if (!v128.any_true(f32x4.gt(v128.load(own + (<usize>i << 2)), leasts))) continue
    for (let h = i; h < min(i + 4, many); h++) {
      const score = load<f32>(own + (<usize>h << 2)), row = first + h
      if (!(score > least)) continue
      while (place < last && at(skipIndex, place) < row) place++
      if (place < last && at(skipIndex, place) == row) continue
      found = enter(best, bestScores, k, found, row, score)
      if (found == k) least = load<f32>(bestScores)
    }
    leasts = f32x4.splat(least)
  }
  store<i32>(founds, found)
  store<i32>(places, place)
}

/** Bytes of scratch of `topK`: scores, a place in the skip list and a count for each query, packed items. */
export function topKScratch(width: i32): f64 {
  return <f64>(SCORES + 2 * (QUERIES << 2)) + 32 * <f64>width
}

/** The k best rows of `items` for n queries from `begin` on. */
export function topKOf(
  queries: usize, begin: i32, n: i32, items: usize, height: i32, width: i32, k: i32, skipStart: usize, skipIndex: usize,
  outRows: usize, outScores: usize, scratch: usize,
): void {
  const bytes = <usize>width << 2, line = <usize>ITEMS << 2
  const scores = scratch, places = scores + SCORES, founds = places + (QUERIES << 2), packed = founds + (QUERIES << 2)
  for (let q = 0; q < n; q++) {
    store<i32>(places + (<usize>q << 2), skipStart ? at(skipStart, begin + q) : 0)
    store<i32>(founds + (<usize>q << 2), 0)
  }
  for (let first = 0; first < height; first += ITEMS) {
    const many = min(ITEMS, height - first)
    score(queries + <usize>begin * bytes, n, items + <usize>first * bytes, many, width, packed, scores)
    for (let q = 0; q < n; q++) {
      const best = <usize>(begin + q) * <usize>k << 2, last = skipStart ? at(skipStart, begin + q + 1) : 0
      enterBlock(
        scores + <usize>q * line, many, first, outRows + best, outScores + best, k, skipIndex, last,
        places + (<usize>q << 2), founds + (<usize>q << 2),
      )
    }
  }
  for (let q = 0; q < n; q++) {
    const place = <usize>(begin + q) * <usize>k << 2
    finish(outRows + place, outScores + place, k, at(founds, q))
  }
}

/**
 * The k best rows of `items` for every query; `skipStart` 0: nothing is skipped. Threads take blocks of 64 queries.
 * Items are packed eight at a time and scored for the whole block; only scores above a query's k-th best enter its
 * heap.
 */
export function topK(
  queries: usize, count: i32, items: usize, height: i32, width: i32, k: i32, skipStart: usize, skipIndex: usize,
  outRows: usize, outScores: usize, scratch: usize, cursor: usize,
): void {
  for (;;) {
    const begin = atomic.add<i32>(cursor, QUERIES)
    if (begin >= count) return
    topKOf(
      queries, begin, min(QUERIES, count - begin), items, height, width, k, skipStart, skipIndex, outRows, outScores,
      scratch,
    )
  }
}
