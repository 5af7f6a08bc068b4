import { bisect } from './bisect'
import { has, mark } from './bits'
import { combine, dot, dots } from './dots'
import { judge } from './losses/index'
import { begin, end } from './losses/sum'
import { pair } from './pair'
import { below, mix, permute, uniform } from './random'
import { correct } from './rules/settings'
import { follow, penaltyOf, segmentAt, stateOf } from './segment'
import { at } from './vector'

/** Draws of one negative before it is left out, as in the twin. */
const TRIES: i32 = 32

/** One epoch, as src/wasm/epoch.ts writes it. */
@unmanaged
class Job {
  /** The score of zeros, parameters of the loss, rate and betas. */
  shift: f64
  first: f64
  second: f64
  rate: f64
  beta1: f64
  beta2: f64
  /** How often an example reads its user and its own item. */
  readUser: f64
  readItem: f64
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
  /** Candidates of each negative. */
  of: i32
  exclude: i32
  /** 0, or what is subtracted from the score of each item. */
  logQ: usize
  grid: i32
  bounds: usize
  pool: usize
  edges: usize
  group: usize
  /** 0: negatives are uniform. */
  cumulative: usize
  base: u32
  /** Places of events by user and item group, beside `index`; where each user's groups begin, grid + 1 numbers a user. */
  place: usize
  offset: usize
  /** Loss of each block of the stratum. */
  sums: usize
  /** Events of each block, by user group and item group; zeroed. */
  tallies: usize
  adam: i32
  /** Bytes of the first segment of both sides if `pair` can move it, else 0. */
  paired: usize
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

/** A negative from the block's items: uniform, or in proportion to popularity. */
// @ts-ignore: decorator
@inline
function drawn(job: Job, edge: i32, size: i32, draws: u32, draw: u32): i32 {
  if (!job.cumulative) return at(job.pool, edge + below(size, draws, draw))
  const popular = job.cumulative + (<usize>edge << 3)
  return at(job.pool, edge + bisect(popular, size, uniform(draws, draw) * load<f64>(popular + (<usize>(size - 1) << 3))))
}

/** What a thread works in: a row, the list of an example, its scores and slopes. */
@unmanaged
export class Scratch {
  along: usize
  list: usize
  scores: usize
  slopes: usize
  /** A zeroed bit per item, for each of two users. */
  owned: usize
  ownedToo: usize
}

/** A candidate of the negative at place `length`: it stands there if its dot product is the largest so far. */
// @ts-ignore: decorator
@inline
function better(job: Job, x: usize, list: usize, scores: usize, length: i32, item: i32): void {
  const found = dot(x, job.items + <usize>item * job.width, job.width)
  const to = <usize>length << 2
  if (load<i32>(list + to) >= 0 && !(found > load<f32>(scores + to))) return
  store<i32>(list + to, item)
  store<f32>(scores + to, found)
}

/** The first segments of a user's row x and of two items' rows, read and written once. */
// @ts-ignore: decorator
@inline
function stepPair(job: Job, list: usize, slopes: usize, x: usize, user: i32): void {
  const users = segmentAt(job.userSegments, 0), items = segmentAt(job.itemSegments, 0)
  const own = at(list, 0), other = at(list, 1), y = job.items + <usize>own * job.width, w = job.items + <usize>other * job.width
  const penaltyX = <f32>job.readUser * penaltyOf(users, user), penaltyY = <f32>job.readItem * penaltyOf(items, own)
  pair(
    x, y, w, job.paired, load<f32>(slopes), load<f32>(slopes, 4), penaltyX, penaltyY, penaltyOf(items, other),
    stateOf(users, user), stateOf(items, own), stateOf(items, other),
  )
}

/** One move of each row of an event, from where all of them stood. */
// @ts-ignore: decorator
@inline
function step(job: Job, along: usize, list: usize, slopes: usize, length: i32, x: usize, user: i32): void {
  const width = job.width
  let done = 0, from: usize = 0
  if (job.paired && length == 2 && at(list, 0) != at(list, 1)) {
    stepPair(job, list, slopes, x, user)
    if (job.userCount == 1 && job.itemCount == 1) return
    done = 1
    from = job.paired
  }
  combine(job.items + from, width, list, slopes, length, along + from, width - from)
  const items = changetype<usize>(segmentAt(job.itemSegments, done)), users = changetype<usize>(segmentAt(job.userSegments, done))
  for (let j = 0; j < length; j++) {
    const item = at(list, j), slope = load<f32>(slopes + (<usize>j << 2)), readings = j == 0 ? <f32>job.readItem : 1
    follow(job.items + <usize>item * width, item, items, job.itemCount - done, slope, x, readings, 0, 1)
  }
  follow(x, user, users, job.userCount - done, 1, along, <f32>job.readUser, 0, 1)
}

/** One event with its negatives: scores of all, then one move of each row. Returns the next draw. */
function visit(
  job: Job, scratch: Scratch, edge: i32, size: i32, count: i32, user: i32, event: i32, draws: u32, draw: u32, owned: usize,
): u32 {
  const width = job.width, x = job.users + <usize>user * width, group = job.of, logQ = job.logQ
  const list = scratch.list, scores = scratch.scores, slopes = scratch.slopes
  store<i32>(list, at(job.index, event))
  let length = 1
  for (let n = 0; n < count; n++) {
    const to = list + (<usize>length << 2)
    store<i32>(to, -1)
    for (let candidate = 0; candidate < group; candidate++) {
      let negative = drawn(job, edge, size, draws, draw++)
      if (owned) {
        for (let tries = 1; tries < TRIES && has(owned, negative); tries++) negative = drawn(job, edge, size, draws, draw++)
        if (has(owned, negative)) continue
      }
      if (group == 1) store<i32>(to, negative)
      else better(job, x, list, scores, length, negative)
    }
    if (load<i32>(to) >= 0) length++
  }
  dots(x, job.items, width, list, length, scores)
  const shift = <f32>job.shift
  if (logQ || shift != 0) {
    for (let j = 0; j < length; j++) {
      const to = scores + (<usize>j << 2), correction: f32 = logQ ? load<f32>(logQ + (<usize>at(list, j) << 2)) : 0
      store<f32>(to, load<f32>(to) + shift - correction)
    }
  }
  const target = job.values ? <f64>load<f32>(job.values + (<usize>event << 2)) : 1
  judge(job.loss, job.first, job.second, scores, length, target, slopes)
  step(job, scratch.along, list, slopes, length, x, user)
  return draw
}

/** Marks the items of a visit in bits, or takes the marks away. */
// @ts-ignore: decorator
@inline
function markAll(job: Job, mine: usize, many: i32, owned: usize, set: bool): void {
  for (let m = 0; m < many; m++) {
    mark(owned, at(job.index, at(mine, m)), set)
  }
}

/**
 * One block: its users in the order of memory, each with its positives in random order. Two users take turns: what one waits for is
 * computed while the other is worked on.
 */
function block(job: Job, b: i32, g: i32, power1: f64, power2: f64, scratch: Scratch): f64 {
  const grid = job.grid, edge = at(job.edges, g), size = at(job.edges, g + 1) - edge
  const last = at(job.bounds, b + 1)
  const count = job.cumulative && !(load<f64>(job.cumulative + (<usize>(edge + size - 1) << 3)) > 0) ? 0 : job.negatives
  const rate = job.rate, ownedA: usize = job.exclude ? scratch.owned : 0, ownedB: usize = job.exclude ? scratch.ownedToo : 0
  begin()
  for (let user = at(job.bounds, b); user < last; user += 2) {
    const placesA = job.offset + (<usize>(user * (grid + 1) + g) << 2), placesB = placesA + (<usize>(grid + 1) << 2)
    const mineA = job.place + (<usize>at(placesA, 0) << 2), manyA = at(placesA, 1) - at(placesA, 0)
    const alone = user + 1 == last
    const mineB = alone ? mineA : job.place + (<usize>at(placesB, 0) << 2), manyB = alone ? 0 : at(placesB, 1) - at(placesB, 0)
    const keyA = mix(mix(job.base, user), g), drawsA = mix(keyA, 1), keyB = mix(mix(job.base, user + 1), g), drawsB = mix(keyB, 1)
    permute(mineA, manyA, mix(keyA, 0))
    permute(mineB, manyB, mix(keyB, 0))
    if (job.exclude) {
      markAll(job, mineA, manyA, ownedA, true)
      markAll(job, mineB, manyB, ownedB, true)
    }
    let drawA: u32 = 0, drawB: u32 = 0
    for (let m = 0; m < manyA || m < manyB; m++) {
      for (let second = 0; second < 2; second++) {
        if (m >= (second ? manyB : manyA)) continue
        if (job.adam) {
          power1 *= job.beta1
          power2 *= job.beta2
          correct(<f32>(rate / (1 - power1)), <f32>(1 / (1 - power2)))
        }
        if (second) drawB = visit(job, scratch, edge, size, count, user + 1, at(mineB, m), drawsB, drawB, ownedB)
        else drawA = visit(job, scratch, edge, size, count, user, at(mineA, m), drawsA, drawA, ownedA)
      }
    }
    if (job.exclude) {
      markAll(job, mineA, manyA, ownedA, false)
      markAll(job, mineB, manyB, ownedB, false)
    }
  }
  return end()
}

/**
 * The blocks of one stratum, threads sharing the cursor. power1 and power2 are the betas to the power of the steps before the
 * stratum.
 */
export function stratum(job: Job, number: i32, power1: f64, power2: f64, scratch: Scratch, cursor: usize): void {
  const grid = job.grid
  for (;;) {
    const b = atomic.add<i32>(cursor, 1)
    if (b >= grid) return
    store<f64>(job.sums + (<usize>b << 3), block(job, b, (b + number) % grid, power1, power2, scratch))
  }
}
