import { begin, end, slope } from './losses'
import { below, mix, permute, uniform } from './random'
import { move } from './rules/index'
import { correct } from './rules/settings'
import { at, madd, sum } from './vector'

/** Draws of one negative before it is left out, as in the twin. */
const TRIES: i32 = 32

/** The lanes of one trained table, as src/wasm/epoch.ts writes them: addresses and sizes in bytes. */
@unmanaged
class Segment {
  from: usize
  width: usize
  state: usize
  slots: usize
  /** One penalty per row, `stride` bytes apart. */
  penalties: usize
  stride: usize
}

/** One epoch, as src/wasm/epoch.ts writes it. */
@unmanaged
class Job {
  /** The score of zeros; rate and betas. */
  shift: f64
  rate: f64
  beta1: f64
  beta2: f64
  users: usize
  userSegments: usize
  userCount: i32
  items: usize
  itemSegments: usize
  itemCount: i32
  /** Bytes of a packed row. */
  width: usize
  start: usize
  index: usize
  /** 0: every target is 1. */
  values: usize
  loss: i32
  negatives: i32
  exclude: i32
  grid: i32
  bounds: usize
  pool: usize
  edges: usize
  group: usize
  /** 0: negatives are uniform. */
  cumulative: usize
  base: u32
  orders: u32
  /** Places of events by user and item group, beside `index`; where each user's groups begin, grid + 1 numbers a user. */
  place: usize
  offset: usize
  /** Loss of each block of the stratum. */
  sums: usize
  /** Events of each block, by user group and item group; zeroed. */
  tallies: usize
  adam: i32
}

/** Events sorted by the item groups of this epoch, for every user; threads take groups of users. */
export function bucket(job: Job, counts: usize, cursor: usize): void {
  const grid = job.grid
  for (;;) {
    const b = atomic.add<i32>(cursor, 1)
    if (b >= grid) return
    for (let user = at(job.bounds, b); user < at(job.bounds, b + 1); user++) {
      const first = at(job.start, user), last = at(job.start, user + 1)
      const offsets = job.offset + (<usize>user * <usize>(grid + 1) << 2)
      memory.fill(counts, 0, <usize>grid << 2)
      for (let e = first; e < last; e++) {
        const g = at(job.group, at(job.index, e))
        if (g < 0) continue
        const to = counts + (<usize>g << 2)
        store<i32>(to, load<i32>(to) + 1)
      }
      let next = first
      for (let g = 0; g < grid; g++) {
        store<i32>(offsets + (<usize>g << 2), next)
        next += at(counts, g)
        const tally = job.tallies + (<usize>(b * grid + g) << 2)
        store<i32>(tally, load<i32>(tally) + at(counts, g))
        store<i32>(counts + (<usize>g << 2), at(offsets, g))
      }
      store<i32>(offsets + (<usize>grid << 2), next)
      for (let e = first; e < last; e++) {
        const g = at(job.group, at(job.index, e))
        if (g < 0) continue
        const to = counts + (<usize>g << 2), place = load<i32>(to)
        store<i32>(job.place + (<usize>place << 2), e)
        store<i32>(to, place + 1)
      }
    }
  }
}

/** The trained segments of a row follow slope · other. */
// @ts-ignore: decorator
@inline
function follow(row: usize, number: usize, segments: usize, count: i32, slope: f32, other: usize): void {
  for (let s = 0; s < count; s++) {
    const segment = changetype<Segment>(segments + <usize>s * offsetof<Segment>())
    const penalty = load<f32>(segment.penalties + number * segment.stride)
    move(row + segment.from, other + segment.from, slope, penalty, segment.state + number * segment.slots, segment.width)
  }
}

/** ⟨x, y⟩, and a copy of y: x and y must both follow what they were. */
// @ts-ignore: decorator
@inline
function dotCopy(x: usize, y: usize, copied: usize, bytes: usize): f32 {
  let s = f32x4.splat(0), t = s
  let z: usize = 0
  for (; z + 32 <= bytes; z += 32) {
    const a = v128.load(y + z), b = v128.load(y + z, 16)
    v128.store(copied + z, a)
    v128.store(copied + z, b, 16)
    s = madd(v128.load(x + z), a, s)
    t = madd(v128.load(x + z, 16), b, t)
  }
  if (z < bytes) {
    const a = v128.load(y + z)
    v128.store(copied + z, a)
    s = madd(v128.load(x + z), a, s)
  }
  return sum(f32x4.add(s, t))
}

/** ⟨x, y − w⟩, and y − w. */
// @ts-ignore: decorator
@inline
function dotDifference(x: usize, y: usize, w: usize, copied: usize, bytes: usize): f32 {
  let s = f32x4.splat(0), t = s
  let z: usize = 0
  for (; z + 32 <= bytes; z += 32) {
    const a = f32x4.sub(v128.load(y + z), v128.load(w + z)), b = f32x4.sub(v128.load(y + z, 16), v128.load(w + z, 16))
    v128.store(copied + z, a)
    v128.store(copied + z, b, 16)
    s = madd(v128.load(x + z), a, s)
    t = madd(v128.load(x + z, 16), b, t)
  }
  if (z < bytes) {
    const a = f32x4.sub(v128.load(y + z), v128.load(w + z))
    v128.store(copied + z, a)
    s = madd(v128.load(x + z), a, s)
  }
  return sum(f32x4.add(s, t))
}

/** A score against a target: item and user each take a step. */
function point(job: Job, user: i32, item: i32, target: f64, copied: usize): void {
  const width = job.width, x = job.users + <usize>user * width, y = job.items + <usize>item * width
  const e = <f32>slope(job.loss, <f64>dotCopy(x, y, copied, width) + job.shift, target)
  follow(y, item, job.itemSegments, job.itemCount, e, x)
  follow(x, user, job.userSegments, job.userCount, e, copied)
}

/** A positive against a negative: both items and the user take a step. */
function pair(job: Job, user: i32, positive: i32, negative: i32, copied: usize): void {
  const width = job.width, x = job.users + <usize>user * width
  const y = job.items + <usize>positive * width, w = job.items + <usize>negative * width
  const e = <f32>slope(job.loss, <f64>dotDifference(x, y, w, copied, width), 1)
  follow(y, positive, job.itemSegments, job.itemCount, e, x)
  follow(w, negative, job.itemSegments, job.itemCount, -e, x)
  follow(x, user, job.userSegments, job.userCount, e, copied)
}

/** A negative from the block's items: uniform, or in proportion to popularity by bisection of its running sum. */
// @ts-ignore: decorator
@inline
function drawn(job: Job, edge: i32, size: i32, draws: u32, draw: u32): i32 {
  if (!job.cumulative) return at(job.pool, edge + below(size, draws, draw))
  const popular = job.cumulative + (<usize>edge << 3)
  const aim = uniform(draws, draw) * load<f64>(popular + (<usize>(size - 1) << 3))
  let low = 0
  for (let high = size - 1; low < high; ) {
    const middle = (low + high) >> 1
    if (load<f64>(popular + (<usize>middle << 3)) > aim) high = middle
    else low = middle + 1
  }
  return at(job.pool, edge + low)
}

// @ts-ignore: decorator
@inline
function owns(owned: usize, item: i32): bool {
  return (load<u32>(owned + (<usize>(item >> 5) << 2)) >> (item & 31)) & 1 ? true : false
}

/** One block: its users in random order, each with its positives in random order and their negatives. */
function block(job: Job, b: i32, g: i32, power1: f64, power2: f64, copied: usize, owned: usize, order: usize): f64 {
  const grid = job.grid, edge = at(job.edges, g), size = at(job.edges, g + 1) - edge
  const first = at(job.bounds, b), users = at(job.bounds, b + 1) - first
  const count = job.cumulative && !(load<f64>(job.cumulative + (<usize>(edge + size - 1) << 3)) > 0) ? 0 : job.negatives
  const pairwise = job.loss == 3, exclude = job.exclude != 0, rate = job.rate
  begin()
  for (let k = 0; k < users; k++) store<i32>(order + (<usize>k << 2), k)
  permute(order, users, mix(job.orders, 1 + b * grid + g))
  for (let k = 0; k < users; k++) {
    const user = first + at(order, k)
    const offsets = job.offset + (<usize>(user * (grid + 1) + g) << 2)
    const from = at(offsets, 0), many = at(offsets, 1) - from
    if (many == 0) continue
    const mine = job.place + (<usize>from << 2)
    const visit = mix(mix(job.base, user), g), draws = mix(visit, 1)
    permute(mine, many, mix(visit, 0))
    if (exclude) {
      for (let m = 0; m < many; m++) {
        const item = at(job.index, at(mine, m)), word = owned + (<usize>(item >> 5) << 2)
        store<u32>(word, load<u32>(word) | (1 << (item & 31)))
      }
    }
    let draw: u32 = 0
    for (let m = 0; m < many; m++) {
      const event = at(mine, m), positive = at(job.index, event)
      if (job.adam) {
        power1 *= job.beta1
        power2 *= job.beta2
        correct(<f32>(rate / (1 - power1)), <f32>(1 / (1 - power2)))
      }
      if (!pairwise) {
        const target = job.loss == 2 || !job.values ? 1 : <f64>load<f32>(job.values + (<usize>event << 2))
        point(job, user, positive, target, copied)
      }
      for (let n = 0; n < count; n++) {
        let negative = drawn(job, edge, size, draws, draw++)
        if (exclude) {
          for (let tries = 1; tries < TRIES && owns(owned, negative); tries++) negative = drawn(job, edge, size, draws, draw++)
          if (owns(owned, negative)) continue
        }
        if (pairwise) pair(job, user, positive, negative, copied)
        else point(job, user, negative, 0, copied)
      }
    }
    if (exclude) {
      for (let m = 0; m < many; m++) store<u32>(owned + (<usize>(at(job.index, at(mine, m)) >> 5) << 2), 0)
    }
  }
  return end()
}

/**
 * The blocks of one stratum, threads sharing the cursor. power1 and power2 are the betas to the power of the steps before the
 * stratum. `copied` holds a row, `owned` a zeroed bit per item, `order` an int32 per user of the largest group.
 */
export function stratum(
  job: Job, number: i32, power1: f64, power2: f64, copied: usize, owned: usize, order: usize, cursor: usize,
): void {
  const grid = job.grid
  for (;;) {
    const b = atomic.add<i32>(cursor, 1)
    if (b >= grid) return
    const loss = block(job, b, (b + number) % grid, power1, power2, copied, owned, order)
    store<f64>(job.sums + (<usize>b << 3), loss)
  }
}
