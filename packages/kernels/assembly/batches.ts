import { barrier } from './barrier'
import { bisect } from './bisect'
import { dot, dots } from './dots'
import { judge } from './losses/index'
import { begin, end } from './losses/sum'
import { below, mix, uniform } from './random'
import { correct } from './rules/settings'
import { follow } from './segment'
import { add, at } from './vector'

/** Draws of one negative before a user's own item is taken all the same, as in the twin. */
const TRIES: i32 = 100

/** Examples that a thread takes at a time: their losses are one sum, whoever takes them. */
const BLOCK: i32 = 8

/** A row whose inverse length is this was shorter than 1e-6: it is scaled, not turned. */
const LONGEST: f32 = 1e6

/** A side, as src/wasm/batches.ts writes it. */
@unmanaged
class Side {
  rows: usize
  segments: usize
  segmentCount: i32
  height: i32
  /** 1 / length of each row, where scores are cosines. */
  inverse: usize
  /** Which sum each row has in a step; −1: none. */
  slotOf: usize
}

/** Mini-batches, as src/wasm/batches.ts writes them. */
@unmanaged
class Job {
  /** The score of zeros, parameters of the loss, and how often an example reads its user, its own item and a candidate. */
  shift: f64
  first: f64
  second: f64
  readUser: f64
  readItem: f64
  readCandidate: f64
  users: Side
  items: Side
  /** Bytes of a row. */
  width: usize
  /** Rows of the user and item of each event, and its target (0: every target is 1). */
  user: usize
  item: usize
  target: usize
  /** Items of each user, ascending. */
  start: usize
  index: usize
  order: usize
  examples: i32
  batchSize: i32
  loss: i32
  negatives: i32
  of: i32
  exclude: i32
  shared: i32
  unit: i32
  /** 0: negatives are uniform. */
  cumulative: usize
  logQ: usize
  base: u32
  /** Rate over Adam's first correction, and its second, of each step. */
  paces: usize
  scales: usize
  /** By example of a step: what it reads; its list as places there, scores, length and given slopes; slope and turn of what it reads. */
  reads: usize
  places: usize
  scores: usize
  lengths: usize
  given: usize
  slopes: usize
  turns: usize
  /** By example of a step: the user's row as it was, and the sums of its user. */
  vectors: usize
  along: usize
  turned: usize
  /** Loss of each block, one step after the other. */
  losses: usize
  /** A cursor for each step, zeroed. */
  cursors: usize
  barrier: usize
}

/** What a thread works in. */
@unmanaged
class Scratch {
  /** Dot products of candidates, and slopes of a list; a zeroed bit per item; candidates that all examples share. */
  found: usize
  slopes: usize
  known: usize
  shared: usize
  /** Rows of users and items that this thread moves in a step: which, their sums, turns and readings. */
  userRows: usize
  userSums: usize
  itemRows: usize
  itemSums: usize
}

/** Marks the items of a user in the thread's bits, or takes the marks away. */
// @ts-ignore: decorator
@inline
function mark(job: Job, row: i32, known: usize, set: bool): void {
  for (let place = at(job.start, row), end = at(job.start, row + 1); place < end; place++) {
    const item = at(job.index, place), word = known + (<usize>(item >> 5) << 2)
    store<u32>(word, set ? load<u32>(word) | (1 << (item & 31)) : 0)
  }
}

// @ts-ignore: decorator
@inline
function isKnown(known: usize, item: i32): bool {
  return (load<u32>(known + (<usize>(item >> 5) << 2)) >> (item & 31)) & 1 ? true : false
}

// @ts-ignore: decorator
@inline
function one(job: Job, from: u32, draw: u32): i32 {
  const height = job.items.height
  if (!job.cumulative) return 1 + below(height - 1, from, draw)
  return bisect(job.cumulative, height, uniform(from, draw) * load<f64>(job.cumulative + (<usize>(height - 1) << 3)))
}

/** 1 / length of a row, of one shorter than 1e-6 as if it were that long. */
// @ts-ignore: decorator
@inline
function inverseOf(row: usize, width: usize): f32 {
  const length = <f32>sqrt(<f64>dot(row, row, width))
  return length > 1e-6 ? 1 / length : LONGEST
}

/** Draws what an example reads; the user's items are marked. Shared candidates are there already. */
// @ts-ignore: decorator
@inline
function draw(job: Job, event: i32, reads: usize, candidates: i32, known: usize): void {
  const from = mix(job.base, event), exclude = job.exclude != 0
  for (let place = 1; place < candidates; place++) {
    const first = <u32>((place - 1) * TRIES)
    let item = one(job, from, first)
    if (exclude) {
      for (let tries = 1; tries < TRIES && isKnown(known, item); tries++) item = one(job, from, first + tries)
    }
    store<i32>(reads + (<usize>place << 2), item)
  }
}

/** Scores what an example reads, and makes its list: its own item, and of each group of candidates the best. */
function list(job: Job, k: i32, reads: usize, candidates: i32, scratch: Scratch): void {
  const x = job.vectors + <usize>k * job.width, found = scratch.found, inverse = job.items.inverse, logQ = job.logQ
  dots(x, job.items.rows, job.width, reads, candidates, found)
  const shift = <f32>job.shift
  if (job.unit) {
    for (let place = 0; place < candidates; place++) {
      const to = found + (<usize>place << 2)
      store<f32>(to, load<f32>(to) * load<f32>(inverse + (<usize>at(reads, place) << 2)))
    }
  }
  if (logQ || shift != 0) {
    for (let place = 0; place < candidates; place++) {
      const to = found + (<usize>place << 2)
      store<f32>(to, load<f32>(to) + shift - (logQ ? load<f32>(logQ + (<usize>at(reads, place) << 2)) : 0))
    }
  }
  const lists = <usize>(k * (1 + job.negatives)) << 2, places = job.places + lists, scores = job.scores + lists
  store<i32>(places, 0)
  store<f32>(scores, load<f32>(found))
  const leaves = job.shared && job.exclude, known = scratch.known
  let length = 1
  for (let n = 0; n < job.negatives; n++) {
    const to = <usize>length << 2
    let any = false
    for (let place = 1 + n * job.of, last = place + job.of; place < last; place++) {
      const score = load<f32>(found + (<usize>place << 2))
      if (leaves && isKnown(known, at(reads, place))) continue
      if (any && !(score > load<f32>(scores + to))) continue
      any = true
      store<i32>(places + to, place)
      store<f32>(scores + to, score)
    }
    if (any) length++
  }
  store<i32>(job.lengths + (<usize>k << 2), length)
}

/** What slopes of a list mean for what the example reads, and for its user. */
function spread(job: Job, k: i32, slopes: usize): void {
  const width = job.width, candidates = 1 + job.negatives * job.of
  const wide = <usize>(k * candidates) << 2, lists = <usize>(k * (1 + job.negatives)) << 2
  const along = job.along + <usize>k * width, length = at(job.lengths, k)
  memory.fill(job.slopes + wide, 0, <usize>candidates << 2)
  if (job.unit) memory.fill(job.turns + wide, 0, <usize>candidates << 2)
  memory.fill(along, 0, width)
  let turned: f32 = 0
  for (let j = 0; j < length; j++) {
    const slope = load<f32>(slopes + (<usize>j << 2))
    if (slope == 0) continue
    const place = wide + (<usize>at(job.places + lists, j) << 2), item = <usize>at(job.reads, <i32>(place >> 2))
    store<f32>(job.slopes + place, slope)
    let scale = slope
    if (job.unit) {
      const cosine = load<f32>(job.scores + lists + (<usize>j << 2)) - <f32>job.shift +
        (job.logQ ? load<f32>(job.logQ + (item << 2)) : 0)
      store<f32>(job.turns + place, slope * cosine)
      turned += slope * cosine
      scale *= load<f32>(job.items.inverse + (item << 2))
    }
    add(along, job.items.rows + item * width, scale, width)
  }
  store<f32>(job.turned + (<usize>k << 2), turned)
}

/** The user's row of an example as the step finds it, of length 1 where scores are cosines. */
// @ts-ignore: decorator
@inline
function keep(job: Job, k: i32, event: i32): void {
  const width = job.width, row = <usize>at(job.user, event), to = job.vectors + <usize>k * width
  memory.fill(to, 0, width)
  add(to, job.users.rows + row * width, job.unit ? load<f32>(job.users.inverse + (row << 2)) : 1, width)
}

/** Examples of a step, threads sharing its cursor: all of it, or up to the scores of lists, or from the slopes of lists. */
function examples(job: Job, step: i32, from: i32, part: i32, scratch: Scratch): void {
  const first = step * job.batchSize, count = min(job.batchSize, job.examples - first)
  const cursor = job.cursors + (<usize>(step - from) << 2), blocks = (job.batchSize + BLOCK - 1) / BLOCK
  const candidates = 1 + job.negatives * job.of, exclude = job.exclude != 0
  if (job.shared && part != 2) {
    const key = mix(mix(job.base, step), 1)
    for (let n = 0; n < candidates - 1; n++) store<i32>(scratch.shared + (<usize>n << 2), one(job, key, n))
  }
  for (;;) {
    const b = atomic.add<i32>(cursor, 1)
    if (b * BLOCK >= count) return
    begin()
    for (let k = b * BLOCK; k < min(count, (b + 1) * BLOCK); k++) {
      const event = at(job.order, first + k)
      const lists = <usize>(k * (1 + job.negatives)) << 2
      if (part != 2) {
        const reads = job.reads + (<usize>(k * candidates) << 2), user = at(job.user, event)
        keep(job, k, event)
        if (exclude) mark(job, user, scratch.known, true)
        store<i32>(reads, at(job.item, event))
        if (job.shared) memory.copy(reads + 4, scratch.shared, <usize>(candidates - 1) << 2)
        else draw(job, event, reads, candidates, scratch.known)
        list(job, k, reads, candidates, scratch)
        if (exclude) mark(job, user, scratch.known, false)
      }
      if (part == 0) {
        const target = job.target ? <f64>load<f32>(job.target + (<usize>event << 2)) : 1
        judge(job.loss, job.first, job.second, job.scores + lists, at(job.lengths, k), target, scratch.slopes)
        spread(job, k, scratch.slopes)
      }
      if (part == 2) spread(job, k, job.given + lists)
    }
    store<f64>(job.losses + (<usize>((step - from) * blocks + b) << 3), end())
  }
}

/** The sum of a row in this step: Σ slope · other, then Σ slope · score and its readings; zeros where it is new. */
// @ts-ignore: decorator
@inline
function sumOf(side: Side, row: i32, width: usize, rows: usize, sums: usize, count: i32): i32 {
  const slot = at(side.slotOf, row)
  if (slot >= 0) return slot
  store<i32>(side.slotOf + (<usize>row << 2), count)
  store<i32>(rows + (<usize>count << 2), row)
  memory.fill(sums + <usize>count * (width + 16), 0, width + 16)
  return count
}

// @ts-ignore: decorator
@inline
function gain(to: usize, width: usize, turn: f32, readings: f32): void {
  store<f32>(to + width, load<f32>(to + width) + turn)
  store<f32>(to + width, load<f32>(to + width, 4) + readings, 4)
}

/** Every row with a sum takes its step. */
function moveRows(side: Side, width: usize, rows: usize, sums: usize, count: i32, unit: bool, share: f32): void {
  for (let slot = 0; slot < count; slot++) {
    const row = at(rows, slot), place = side.rows + <usize>row * width, sum = sums + <usize>slot * (width + 16)
    const inverse = side.inverse + (<usize>row << 2)
    let scale: f32 = 1, across: f32 = 0
    if (unit) {
      scale = load<f32>(inverse)
      if (scale < LONGEST) across = load<f32>(sum + width) * scale * scale
    }
    const readings = load<f32>(sum + width, 4)
    follow(place, row, side.segments, side.segmentCount, scale * share, sum, readings, across, share)
    if (unit) store<f32>(inverse, inverseOf(place, width))
    store<i32>(side.slotOf + (<usize>row << 2), -1)
  }
}

/** Rows that this thread owns, those ≡ thread (mod team), sum up their contributions in the order of examples and move. */
function rows(job: Job, step: i32, thread: i32, team: i32, scratch: Scratch): void {
  const first = step * job.batchSize, count = min(job.batchSize, job.examples - first)
  const width = job.width, candidates = 1 + job.negatives * job.of, unit = job.unit != 0
  const share = <f32>(1 / <f64>count), sums = scratch.itemSums
  // row mod team by a product: exact for any row of a table that fits the memory
  const inverse = (<u64>1 << 40) / team + 1
  let met = 0
  for (let k = 0; k < count; k++) {
    const wide = <usize>(k * candidates) << 2, x = job.vectors + <usize>k * width
    for (let place = 0; place < candidates; place++) {
      const here = wide + (<usize>place << 2), slope = load<f32>(job.slopes + here)
      // what all examples share was met with the first of them
      if (slope == 0 && job.shared && k > 0 && place > 0) continue
      const row = load<i32>(job.reads + here)
      if (row - <i32>((<u64>row * inverse) >> 40) * team != thread) continue
      const slot = sumOf(job.items, row, width, scratch.itemRows, sums, met)
      if (slot == met) met++
      const to = sums + <usize>slot * (width + 16)
      if (slope != 0) add(to, x, slope, width)
      const readings = <f32>(place == 0 ? job.readItem : job.readCandidate)
      gain(to, width, unit ? load<f32>(job.turns + here) : 0, readings)
    }
  }
  moveRows(job.items, width, scratch.itemRows, sums, met, unit, share)
  met = 0
  for (let k = 0; k < count; k++) {
    const row = at(job.user, at(job.order, first + k))
    if (row - <i32>((<u64>row * inverse) >> 40) * team != thread) continue
    const slot = sumOf(job.users, row, width, scratch.userRows, scratch.userSums, met)
    if (slot == met) met++
    const to = scratch.userSums + <usize>slot * (width + 16)
    add(to, job.along + <usize>k * width, 1, width)
    gain(to, width, load<f32>(job.turned + (<usize>k << 2)), <f32>job.readUser)
  }
  moveRows(job.users, width, scratch.userRows, scratch.userSums, met, unit, share)
}

/** 1 / length of every row that this thread owns. */
function lengths(side: Side, width: usize, thread: i32, team: i32): void {
  for (let row = thread; row < side.height; row += team) {
    store<f32>(side.inverse + (<usize>row << 2), inverseOf(side.rows + <usize>row * width, width))
  }
}

/**
 * Steps from … to − 1, of a team of threads that all make this call. part 0: whole steps. 1: one step up to the scores of its lists.
 * 2: the rest of it, from the slopes of lists that are given.
 */
export function batches(job: Job, from: i32, to: i32, part: i32, thread: i32, team: i32, scratch: Scratch): void {
  if (job.unit && part != 2) {
    lengths(job.users, job.width, thread, team)
    lengths(job.items, job.width, thread, team)
    barrier(job.barrier, team)
  }
  for (let step = from; step < to; step++) {
    examples(job, step, from, part, scratch)
    if (part == 1) return
    barrier(job.barrier, team)
    correct(load<f32>(job.paces + (<usize>step << 2)), load<f32>(job.scales + (<usize>step << 2)))
    rows(job, step, thread, team, scratch)
    barrier(job.barrier, team)
  }
}
