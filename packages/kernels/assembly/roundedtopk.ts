import { ITEMS, QUERIES, SCORES } from './scores'
import { enter, enterBlock, finish, topKOf, topKScratch } from './topk'
import { at, madd } from './vector'

// The k best rows of many queries, found by rounded vectors: 16 bits a number need half the arithmetic of 32. The error
// of a rounded score is bounded, so the rows that may be among the k best are known, and only these are scored again.

/** Entries beyond k that a query keeps of its rounded scores. */
export const SPARE: i32 = 32

/** The largest rounded number: sums of `width` products fit 32 bits. */
// @ts-ignore: decorator
@inline
function largest(width: i32): f32 {
  return min(<f32>32767, <f32>Math.floor(Math.sqrt(2147483647.0 / <f64>width)))
}

/** Bytes of the rounded numbers of one vector: pairs of 16 bits. */
// @ts-ignore: decorator
@inline
function pairBytes(width: i32): usize {
  return <usize>((width + 1) >> 1) << 2
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
  for (let z = 0; z < width + (width & 1); z++) {
    const value = z < width ? nearest(<f64>load<f32>(vector + (<usize>z << 2)) * factor) : 0
    store<i16>(to + <usize>(z >> 1) * stride + (<usize>(z & 1) << 1), <i16>value)
  }
}

/**
 * Rounds items for `topKRounded`: eight at a time as [pairs][8], and the scale of each. `bounds` gets the largest scale,
 * the largest sum of absolute numbers, and the largest number. 0 where an item has a number that is not finite.
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
    packed += 32
    z += 4
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

/** Bytes of scratch of `topKRounded`: that of `topK`, rounded queries, and the heaps of rounded scores. */
export function topKRoundedScratch(width: i32, k: i32): f64 {
  const heaps = <f64>QUERIES * 8 * <f64>(k + SPARE)
  return topKScratch(width) + <f64>QUERIES * <f64>pairBytes(width) + heaps + 16
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
  const scores = scratch, places = scores + SCORES, founds = places + (QUERIES << 2)
  const small = scratch + <usize>topKScratch(width), heapRows = small + <usize>QUERIES * pairs
  const heapScores = heapRows + (<usize>QUERIES * <usize>kept << 2), four = heapScores + (<usize>QUERIES * <usize>kept << 2)
  const m = largest(width)
  for (;;) {
    const begin = atomic.add<i32>(cursor, QUERIES)
    if (begin >= count) return
    const n = min(QUERIES, count - begin)
    for (let q = 0; q < n; q++) {
      store<i32>(places + (<usize>q << 2), skipStart ? at(skipStart, begin + q) : 0)
      store<i32>(founds + (<usize>q << 2), 0)
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
            small + <usize>q * pairs, small + <usize>min(q + 1, n - 1) * pairs, small + <usize>min(q + 2, n - 1) * pairs,
            small + <usize>min(q + 3, n - 1) * pairs, packed, pairs, own,
            scores + <usize>q * line + (<usize>i << 2), line,
          )
        }
      }
      for (let q = 0; q < n; q++) {
        const heap = <usize>q * <usize>kept << 2, last = skipStart ? at(skipStart, begin + q + 1) : 0
        enterBlock(
          scores + <usize>q * line, many, first, heapRows + heap, heapScores + heap, kept, skipIndex, last,
          places + (<usize>q << 2), founds + (<usize>q << 2),
        )
      }
    }
    for (let q = 0; q < n; q++) {
      const query = queries + <usize>(begin + q) * bytes, best = <usize>(begin + q) * <usize>k << 2
      const rows = heapRows + (<usize>q * <usize>kept << 2), own = heapScores + (<usize>q * <usize>kept << 2)
      const found = at(founds, q)
      finish(rows, own, kept, found)
      const candidates = candidatesOf(query, width, k, kept, found, own, bounds, m)
      if (candidates < 0) {
        topKOf(queries, begin + q, 1, items, height, width, k, skipStart, skipIndex, outRows, outScores, scratch)
        continue
      }
      rescore(query, width, items, k, candidates, rows, outRows + best, outScores + best, four)
    }
  }
}

/**
 * How many of the entries of a query may be among its k best: those whose rounded score is at most twice the error below
 * that of the k-th. −1 where more may be than were kept, or the error has no bound.
 */
function candidatesOf(
  query: usize, width: i32, k: i32, kept: i32, found: i32, scores: usize, bounds: usize, m: f32,
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
  const least = <f64>load<f32>(scores + (<usize>(k - 1) << 2)) - (2 * error) / step
  let candidates = k
  while (candidates < found && <f64>load<f32>(scores + (<usize>candidates << 2)) >= least) candidates++
  return candidates == kept ? -1 : candidates
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
