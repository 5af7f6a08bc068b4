import { bisect } from '../bisect'
import { has, mark } from '../bits'
import { combine, dot, dots } from '../dots'
import { lossAndGradient } from '../losses/index.generated'
import { below, uniform } from '../random'
import { penaltyOf, segmentAt, stateOf, updateSegments } from '../segment'
import { triplet } from '../triplet'
import { at } from '../vector'
import { StrataJob, StrataScratch } from './layout'

/** Rejected draws of one negative, after which it is left out. */
export const MAX_DRAWS: i32 = 32

/** A negative from the items of the block: uniform, or in proportion to popularity. */
// @ts-ignore: decorator
@inline
function drawItem(job: StrataJob, edge: i32, size: i32, key: u32, draw: u32): i32 {
  if (!job.cumulative) return at(job.pool, edge + below(size, key, draw))
  const popular = job.cumulative + (<usize>edge << 3)
  return at(job.pool, edge + bisect(popular, size, uniform(key, draw) * load<f64>(popular + (<usize>(size - 1) << 3))))
}

/** Keeps a candidate of the negative at place `length` of the list if its dot product is the largest so far. */
// @ts-ignore: decorator
@inline
function keepHardest(job: StrataJob, x: usize, list: usize, scores: usize, length: i32, item: i32): void {
  const found = dot(x, job.items + <usize>item * job.width, job.width)
  const to = <usize>length << 2
  if (load<i32>(list + to) >= 0 && !(found > load<f32>(scores + to))) return
  store<i32>(list + to, item)
  store<f32>(scores + to, found)
}

/** Updates the first segments of a user's row x and of the rows of two items. */
// @ts-ignore: decorator
@inline
function updateTriplet(job: StrataJob, list: usize, slopes: usize, x: usize, user: i32): void {
  const users = segmentAt(job.userSegments, 0), items = segmentAt(job.itemSegments, 0)
  const positive = at(list, 0), negative = at(list, 1)
  const y = job.items + <usize>positive * job.width, w = job.items + <usize>negative * job.width
  const penaltyX = <f32>job.readUser * penaltyOf(users, user)
  const penaltyY = <f32>job.readItem * penaltyOf(items, positive), penaltyW = penaltyOf(items, negative)
  triplet(
    x, y, w, job.paired, load<f32>(slopes), load<f32>(slopes, 4), penaltyX, penaltyY, penaltyW,
    stateOf(users, user), stateOf(items, positive), stateOf(items, negative),
  )
}

/** Whether a list holds an item twice. */
function repeats(list: usize, length: i32, seen: usize): bool {
  let found = false
  for (let j = 0; j < length; j++) {
    const item = at(list, j)
    if (has(seen, item)) found = true
    mark(seen, item, true)
  }
  for (let j = 0; j < length; j++) mark(seen, at(list, j), false)
  return found
}

/** One step of each item row of a list with repeated items, along the sum of its gradients. */
function updateRepeated(
  job: StrataJob, scratch: StrataScratch, length: i32, x: usize, items: usize, segments: i32,
): void {
  const width = job.width, list = scratch.list, slopes = scratch.slopes
  for (let j = 0; j < length; j++) {
    const item = at(list, j)
    let first = true
    for (let h = 0; h < j; h++) if (at(list, h) == item) first = false
    if (!first) continue
    let slope = load<f32>(slopes + (<usize>j << 2)), readings = j == 0 ? <f32>job.readItem : 1
    for (let h = j + 1; h < length; h++) {
      if (at(list, h) != item) continue
      slope += load<f32>(slopes + (<usize>h << 2))
      readings += 1
    }
    updateSegments(job.items + <usize>item * width, item, items, segments, slope, x, readings, 0, 1)
  }
}

/** One optimizer step of each row of an example, from the values before any of them moved. */
// @ts-ignore: decorator
@inline
function updateRows(job: StrataJob, scratch: StrataScratch, length: i32, x: usize, user: i32): void {
  const width = job.width, list = scratch.list, slopes = scratch.slopes, gradient = scratch.gradient
  let done = 0, from: usize = 0
  if (job.paired && length == 2 && at(list, 0) != at(list, 1)) {
    updateTriplet(job, list, slopes, x, user)
    if (job.userCount == 1 && job.itemCount == 1) return
    done = 1
    from = job.paired
  }
  combine(job.items + from, width, list, slopes, length, gradient + from, width - from)
  const items = changetype<usize>(segmentAt(job.itemSegments, done))
  const users = changetype<usize>(segmentAt(job.userSegments, done))
  if (length == 2 ? at(list, 0) == at(list, 1) : length > 2 && repeats(list, length, scratch.seen)) {
    updateRepeated(job, scratch, length, x, items, job.itemCount - done)
  } else {
    for (let j = 0; j < length; j++) {
      const item = at(list, j), slope = load<f32>(slopes + (<usize>j << 2)), readings = j == 0 ? <f32>job.readItem : 1
      updateSegments(job.items + <usize>item * width, item, items, job.itemCount - done, slope, x, readings, 0, 1)
    }
  }
  updateSegments(x, user, users, job.userCount - done, 1, gradient, <f32>job.readUser, 0, 1)
}

/** Trains one event with `count` negatives; `observed` 0: nothing is excluded. Returns the next draw. */
export function trainExample(
  job: StrataJob, scratch: StrataScratch, edge: i32, size: i32, count: i32, user: i32, event: i32, key: u32, draw: u32,
  observed: usize,
): u32 {
  const width = job.width, x = job.users + <usize>user * width, hard = job.hard, logQ = job.logQ
  const list = scratch.list, scores = scratch.scores, slopes = scratch.slopes
  store<i32>(list, at(job.index, event))
  let length = 1
  for (let n = 0; n < count; n++) {
    const to = list + (<usize>length << 2)
    store<i32>(to, -1)
    for (let candidate = 0; candidate < hard; candidate++) {
      let negative = drawItem(job, edge, size, key, draw++)
      if (observed) {
        for (let tries = 1; tries < MAX_DRAWS && has(observed, negative); tries++) {
          negative = drawItem(job, edge, size, key, draw++)
        }
        if (has(observed, negative)) continue
      }
      if (hard == 1) store<i32>(to, negative)
      else keepHardest(job, x, list, scores, length, negative)
    }
    if (load<i32>(to) >= 0) length++
  }
  dots(x, job.items, width, list, length, scores)
  const offset = <f32>job.offset
  if (logQ || offset != 0) {
    for (let j = 0; j < length; j++) {
      const to = scores + (<usize>j << 2), correction: f32 = logQ ? load<f32>(logQ + (<usize>at(list, j) << 2)) : 0
      store<f32>(to, load<f32>(to) + offset - correction)
    }
  }
  const target = job.values ? <f64>load<f32>(job.values + (<usize>event << 2)) : 1
  lossAndGradient(job.loss, job.first, job.second, scores, length, target, slopes)
  updateRows(job, scratch, length, x, user)
  return draw
}
