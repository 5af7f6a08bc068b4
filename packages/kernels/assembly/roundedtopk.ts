import { ITEMS, QUERIES, SCORES } from './scores'
import { enter, finish, swap, topKOf, topKScratch } from './topk'
import { at, madd } from './vector'

// The k best rows of many queries, found by rounded vectors: 16 bits a number need half the arithmetic of 32. The error
// of a rounded score is bounded, so the rows that may be among the k best are known, and only these are scored again.

/** Entries beyond k that a query keeps of its rounded scores. */
export const SPARE: i32 = 32

/** Entries that a query collects before those beyond k + SPARE are dropped; more than twice the items of a block. */
const ROOM: i32 = 544

/** The largest rounded number: sums of `width` products fit 32 bits. */
// @ts-ignore: decorator
@inline
function largest(width: i32): f32 {
  return min(<f32>32767, <f32>Math.floor(Math.sqrt(2147483647.0 / <f64>width)))
}

/** Bytes of the rounded numbers of one vector: pairs of 16 bits, an even number of them. */
// @ts-ignore: decorator
@inline
function pairBytes(width: i32): usize {
  return <usize>((width + 3) >> 2) << 3
}

/** The largest absolute number of a vector; NaN where one is. */
function mostOf(vector: usize, width: i32): f32 {
  let most: f32 = 0
  for (let z = 0; z < width; z++) {
    const value = abs(load<f32>(vector + (<usize>z << 2)))
    if (!(value <= most)) most = value
    if (value != value) return value
  }
  return most
}

/** The sum of the absolute numbers of a vector. */
function sumOf(vector: usize, width: i32): f64 {
  let sum: f64 = 0
  for (let z = 0; z < width; z++) sum += <f64>abs(load<f32>(vector + (<usize>z << 2)))
  return sum
}

/** Writes a vector as 16-bit numbers, pair by pair, `stride` bytes from one pair to the next. */
function roundVector(vector: usize, width: i32, factor: f64, to: usize, stride: usize): void {
  for (let z = 0; z < ((width + 3) & ~3); z++) {
    const value = z < width ? nearest(<f64>load<f32>(vector + (<usize>z << 2)) * factor) : 0
    store<i16>(to + <usize>(z >> 1) * stride + (<usize>(z & 1) << 1), <i16>value)
  }
}

/**
 * Rounds items for `topKRounded`: eight at a time as [pairs][8], and the scale of each. `bounds` gets the largest
 * scale, the largest sum of absolute numbers, and the largest number. 0 where an item has a number that is not finite.
 */
export function roundItems(items: usize, height: i32, width: i32, rounded: usize, scales: usize, bounds: usize): i32 {
  const bytes = <usize>width << 2, m = largest(width), stride: usize = 32, group = pairBytes(width) << 3
  let scale: f64 = 0, sum: f64 = 0, most: f64 = 0
  for (let i = 0; i < ((height + 7) & ~7); i++) {
    const to = rounded + <usize>(i >> 3) * group + (<usize>(i & 7) << 2)
    if (i >= height) {
      for (let pair: usize = 0; pair < pairBytes(width) >> 2; pair++) store<i32>(to + pair * stride, 0)
      store<f32>(scales + (<usize>i << 2), 0)
      continue
    }
    const item = items + <usize>i * bytes, own = mostOf(item, width)
    if (!(own < Infinity)) return 0
    const step = own / m
    roundVector(item, width, step > 0 ? 1 / <f64>step : 0, to, stride)
    store<f32>(scales + (<usize>i << 2), step)
    scale = max(scale, <f64>step)
    sum = max(sum, sumOf(item, width))
    most = max(most, <f64>own)
  }
  store<f64>(bounds, scale)
  store<f64>(bounds + 8, sum)
  store<f64>(bounds + 16, most)
  return 1
}

/** Rounded scores of four queries against eight items, times the scales of the items. */
// @ts-ignore: decorator
@inline
function tile(
  q0: usize, q1: usize, q2: usize, q3: usize, packed: usize, bytes: usize, scales: usize, out: usize, row: usize,
): void {
  let a00 = i32x4.splat(0), a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00
  let z: usize = 0
  do {
    const b0 = v128.load(packed), b1 = v128.load(packed, 16)
    const s0 = v128.load32_splat(q0 + z)
    a00 = i32x4.add(a00, i32x4.dot_i16x8_s(s0, b0))
    a01 = i32x4.add(a01, i32x4.dot_i16x8_s(s0, b1))
    const s1 = v128.load32_splat(q1 + z)
    a10 = i32x4.add(a10, i32x4.dot_i16x8_s(s1, b0))
    a11 = i32x4.add(a11, i32x4.dot_i16x8_s(s1, b1))
    const s2 = v128.load32_splat(q2 + z)
    a20 = i32x4.add(a20, i32x4.dot_i16x8_s(s2, b0))
    a21 = i32x4.add(a21, i32x4.dot_i16x8_s(s2, b1))
    const s3 = v128.load32_splat(q3 + z)
    a30 = i32x4.add(a30, i32x4.dot_i16x8_s(s3, b0))
    a31 = i32x4.add(a31, i32x4.dot_i16x8_s(s3, b1))
    const d0 = v128.load(packed, 32), d1 = v128.load(packed, 48)
    const t0 = v128.load32_splat(q0 + z, 4)
    a00 = i32x4.add(a00, i32x4.dot_i16x8_s(t0, d0))
    a01 = i32x4.add(a01, i32x4.dot_i16x8_s(t0, d1))
    const t1 = v128.load32_splat(q1 + z, 4)
    a10 = i32x4.add(a10, i32x4.dot_i16x8_s(t1, d0))
    a11 = i32x4.add(a11, i32x4.dot_i16x8_s(t1, d1))
    const t2 = v128.load32_splat(q2 + z, 4)
    a20 = i32x4.add(a20, i32x4.dot_i16x8_s(t2, d0))
    a21 = i32x4.add(a21, i32x4.dot_i16x8_s(t2, d1))
    const t3 = v128.load32_splat(q3 + z, 4)
    a30 = i32x4.add(a30, i32x4.dot_i16x8_s(t3, d0))
    a31 = i32x4.add(a31, i32x4.dot_i16x8_s(t3, d1))
    packed += 64
    z += 8
  } while (z < bytes)
  const c0 = v128.load(scales), c1 = v128.load(scales, 16)
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(a00), c0))
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(a01), c1), 16)
  v128.store(out + row, f32x4.mul(f32x4.convert_i32x4_s(a10), c0))
  v128.store(out + row, f32x4.mul(f32x4.convert_i32x4_s(a11), c1), 16)
  v128.store(out + 2 * row, f32x4.mul(f32x4.convert_i32x4_s(a20), c0))
  v128.store(out + 2 * row, f32x4.mul(f32x4.convert_i32x4_s(a21), c1), 16)
  v128.store(out + 3 * row, f32x4.mul(f32x4.convert_i32x4_s(a30), c0))
  v128.store(out + 3 * row, f32x4.mul(f32x4.convert_i32x4_s(a31), c1), 16)
}

/** Moves the `count` entries with the highest of `many` scores to the front, in no order (Hoare, 1961). */
function select(rows: usize, scores: usize, many: i32, count: i32): void {
  let low = 0, high = many - 1
  while (low < high) {
    // the middle of three: entries that are in order already are divided evenly
    const middle = (low + high) >> 1
    const a = load<f32>(scores + (<usize>low << 2)), b = load<f32>(scores + (<usize>middle << 2))
    const c = load<f32>(scores + (<usize>high << 2))
    const pivot = max(min(a, b), min(max(a, b), c))
    let i = low, j = high
    while (i <= j) {
      while (load<f32>(scores + (<usize>i << 2)) > pivot) i++
      while (load<f32>(scores + (<usize>j << 2)) < pivot) j--
      if (i > j) break
      swap(rows, i, j)
      swap(scores, i, j)
      i++
      j--
    }
    if (count <= j) high = j
    else if (count >= i) low = i
    else return
  }
}

/** The least of some scores. */
function leastOf(scores: usize, count: i32): f32 {
  let least: f32 = Infinity
  for (let i = 0; i < count; i++) least = min(least, load<f32>(scores + (<usize>i << 2)))
  return least
}

/**
 * Adds those of `many` scores of items from `first` on that are above `least` to a query's entries; `place` and `found`
 * hold its place in the list of skipped items, which ends at `last`, and its number of entries.
 */
// @ts-ignore: decorator
@inline
function collect(
  own: usize, many: i32, first: i32, rows: usize, scores: usize, least: f32, skipIndex: usize, last: i32, places: usize,
  founds: usize,
): void {
  let found = at(founds, 0), place = at(places, 0)
  const leasts = f32x4.splat(least)
  for (let i = 0; i < many; i += 16) {
    const from = own + (<usize>i << 2)
    const a = f32x4.gt(v128.load(from), leasts), b = f32x4.gt(v128.load(from, 16), leasts)
    const c = f32x4.gt(v128.load(from, 32), leasts), d = f32x4.gt(v128.load(from, 48), leasts)
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue
    let above = i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)))
    for (; above != 0; above &= above - 1) {
      const h = i + ctz(above)
      if (h >= many) break
      const score = load<f32>(own + (<usize>h << 2)), row = first + h
      while (place < last && at(skipIndex, place) < row) place++
      if (place < last && at(skipIndex, place) == row) continue
      store<i32>(rows + (<usize>found << 2), row)
      store<f32>(scores + (<usize>found << 2), score)
      found++
    }
  }
  store<i32>(founds, found)
  store<i32>(places, place)
}

/** Scores of a query against four items, each summed in the order of the lanes. */
function scores4(query: usize, width: i32, i0: usize, i1: usize, i2: usize, i3: usize, out: usize): void {
  let sum = f32x4.splat(0)
  for (let z: usize = 0; z < <usize>width << 2; z += 4) {
    let items = v128.load32_zero(i0 + z)
    items = v128.load32_lane(i1 + z, items, 1)
    items = v128.load32_lane(i2 + z, items, 2)
    items = v128.load32_lane(i3 + z, items, 3)
    sum = madd(v128.load32_splat(query + z), items, sum)
  }
  v128.store(out, sum)
}

/** Bytes of scratch of `topKRounded`: that of `topK`, rounded queries, what each has collected, and its least score. */
export function topKRoundedScratch(width: i32, k: i32): f64 {
  const entries = <f64>QUERIES * 8 * <f64>(k + SPARE + ROOM)
  return topKScratch(width) + <f64>QUERIES * <f64>(pairBytes(width) + 4) + entries + 16
}

/**
 * `topK` by rounded scores: the same bytes. Where more than `SPARE` rows beyond k may be among the best, or a query
 * cannot be rounded, the query is ranked by `topK`.
 */
export function topKRounded(
  queries: usize, count: i32, items: usize, height: i32, width: i32, k: i32, skipStart: usize, skipIndex: usize,
  outRows: usize, outScores: usize, rounded: usize, scales: usize, bounds: usize, scratch: usize, cursor: usize,
): void {
  const bytes = <usize>width << 2, pairs = pairBytes(width), line = <usize>ITEMS << 2, kept = k + SPARE
  const room = kept + ROOM
  const scores = scratch, places = scores + SCORES, founds = places + (QUERIES << 2)
  const small = scratch + <usize>topKScratch(width), leasts = small + <usize>QUERIES * pairs
  const allRows = leasts + (QUERIES << 2), allScores = allRows + (<usize>QUERIES * <usize>room << 2)
  const four = allScores + (<usize>QUERIES * <usize>room << 2)
  const m = largest(width)
  for (;;) {
    const begin = atomic.add<i32>(cursor, QUERIES)
    if (begin >= count) return
    const n = min(QUERIES, count - begin)
    for (let q = 0; q < n; q++) {
      store<i32>(places + (<usize>q << 2), skipStart ? at(skipStart, begin + q) : 0)
      store<i32>(founds + (<usize>q << 2), 0)
      store<f32>(leasts + (<usize>q << 2), -Infinity)
      const query = queries + <usize>(begin + q) * bytes, own = mostOf(query, width)
      const step = own / m
      roundVector(query, width, step > 0 && own < Infinity ? 1 / <f64>step : 0, small + <usize>q * pairs, 4)
    }
    for (let first = 0; first < height; first += ITEMS) {
      const many = min(ITEMS, height - first)
      for (let i = 0; i < many; i += 8) {
        const packed = rounded + <usize>((first + i) >> 3) * (pairs << 3), own = scales + (<usize>(first + i) << 2)
        for (let q = 0; q < n; q += 4) {
          // queries beyond the last are computed from the last and dropped
          tile(
            small + <usize>q * pairs, small + <usize>min(q + 1, n - 1) * pairs,
            small + <usize>min(q + 2, n - 1) * pairs, small + <usize>min(q + 3, n - 1) * pairs, packed, pairs, own,
            scores + <usize>q * line + (<usize>i << 2), line,
          )
        }
      }
      for (let q = 0; q < n; q++) {
        const entries = <usize>q * <usize>room << 2, last = skipStart ? at(skipStart, begin + q + 1) : 0
        const rows = allRows + entries, own = allScores + entries, least = leasts + (<usize>q << 2)
        collect(
          scores + <usize>q * line, many, first, rows, own, load<f32>(least), skipIndex, last,
          places + (<usize>q << 2), founds + (<usize>q << 2),
        )
        const found = at(founds, q)
        if (found + ITEMS <= room) continue
        select(rows, own, found, kept)
        store<f32>(least, leastOf(own, kept))
        store<i32>(founds + (<usize>q << 2), kept)
      }
    }
    for (let q = 0; q < n; q++) {
      const query = queries + <usize>(begin + q) * bytes, best = <usize>(begin + q) * <usize>k << 2
      const entries = <usize>q * <usize>room << 2
      const rows = allRows + entries, own = allScores + entries
      const candidates = candidatesOf(
        query, width, k, at(founds, q), rows, own, load<f32>(leasts + (<usize>q << 2)), bounds, m,
      )
      if (candidates < 0) {
        topKOf(queries, begin + q, 1, items, height, width, k, skipStart, skipIndex, outRows, outScores, scratch)
        continue
      }
      rescore(query, width, items, k, candidates, rows, outRows + best, outScores + best, four)
    }
  }
}

/**
 * Moves the entries of a query that may be among its k best to the front and returns how many they are: those whose
 * rounded score is at most twice the error below that of the k-th. −1 where entries were dropped that may be, those up
 * to `dropped`, or the error has no bound.
 */
function candidatesOf(
  query: usize, width: i32, k: i32, found: i32, rows: usize, scores: usize, dropped: f32, bounds: usize, m: f32,
): i32 {
  const most = <f64>mostOf(query, width)
  const itemStep = load<f64>(bounds), itemSum = load<f64>(bounds, 8), itemMost = load<f64>(bounds, 16)
  const step = most / <f64>m
  // below this, sums of 32-bit floats neither overflow nor lose all digits
  if (!(step > 1e-30 && itemMost > 1e-30 && most * itemSum < 1e30 && most * itemMost > 1e-30)) return -1
  if (found <= k) return found
  // a rounded number is off by half a step; 0.51 covers the rounding of the step itself
  const rounding = 0.51 * (sumOf(query, width) * itemStep + step * (itemSum + <f64>width * itemStep))
  const error = rounding + <f64>(width + 16) * 5.97e-8 * most * itemSum
  select(rows, scores, found, k)
  const least = <f64>leastOf(scores, k) - (2 * error) / step
  if (<f64>dropped >= least) return -1
  let candidates = k
  for (let i = k; i < found; i++) {
    if (<f64>load<f32>(scores + (<usize>i << 2)) < least) continue
    swap(rows, candidates, i)
    swap(scores, candidates, i)
    candidates++
  }
  return candidates
}

/** Scores candidates exactly and writes the k best of them. */
function rescore(
  query: usize, width: i32, items: usize, k: i32, candidates: i32, rows: usize, outRows: usize, outScores: usize,
  four: usize,
): void {
  const bytes = <usize>width << 2
  let found = 0
  for (let c = 0; c < candidates; c += 4) {
    const last = candidates - 1
    scores4(
      query, width, items + <usize>at(rows, c) * bytes, items + <usize>at(rows, min(c + 1, last)) * bytes,
      items + <usize>at(rows, min(c + 2, last)) * bytes, items + <usize>at(rows, min(c + 3, last)) * bytes, four,
    )
    for (let h = c; h < min(c + 4, candidates); h++) {
      const score = load<f32>(four + (<usize>(h - c) << 2)), row = at(rows, h)
      if (found == k) {
        const least = load<f32>(outScores)
        if (score < least || (score == least && row > at(outRows, 0))) continue
      }
      found = enter(outRows, outScores, k, found, row, score)
    }
  }
  finish(outRows, outScores, k, found)
}
