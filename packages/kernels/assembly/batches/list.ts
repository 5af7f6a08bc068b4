import { bisect } from '../bisect'
import { has, mark } from '../bits'
import { dots } from '../dots'
import { below, mix, uniform } from '../random'
import { at } from '../vector'
import { Job, Scratch } from './job'

/** Draws of one negative before a user's own item is taken all the same, as in the twin. */
const TRIES: i32 = 100

/** Marks the items of an event's user in the thread's bits, or takes the marks away. */
// @ts-ignore: decorator
@inline
function markAll(job: Job, event: i32, known: usize, set: bool): void {
  const row = at(job.user, event)
  for (let place = at(job.start, row), end = at(job.start, row + 1); place < end; place++) {
    mark(known, at(job.index, place), set)
  }
}

// @ts-ignore: decorator
@inline
export function one(job: Job, from: u32, draw: u32): i32 {
  const height = job.items.height
  if (!job.cumulative) return 1 + below(height - 1, from, draw)
  return bisect(job.cumulative, height, uniform(from, draw) * load<f64>(job.cumulative + (<usize>(height - 1) << 3)))
}

/** Draws what an example reads beside its own item. */
export function draw(job: Job, event: i32, reads: usize, candidates: i32, known: usize): void {
  const from = mix(job.base, event), exclude = job.exclude != 0
  if (exclude) markAll(job, event, known, true)
  for (let place = 1; place < candidates; place++) {
    const first = <u32>((place - 1) * TRIES)
    let item = one(job, from, first)
    if (exclude) {
      for (let tries = 1; tries < TRIES && has(known, item); tries++) item = one(job, from, first + tries)
    }
    store<i32>(reads + (<usize>place << 2), item)
  }
  if (exclude) markAll(job, event, known, false)
}

/**
 * Scores what an example reads, and makes its list: its own item, and of each group of candidates the best. Scores of shared candidates
 * stand in `found` already.
 */
export function list(job: Job, event: i32, k: i32, reads: usize, candidates: i32, found: usize, scratch: Scratch): void {
  const x = job.vectors + <usize>k * job.width, inverse = job.items.inverse, logQ = job.logQ, scored = job.shared ? 1 : candidates
  dots(x, job.items.rows, job.width, reads, scored, found)
  const shift = <f32>job.shift
  if (job.unit) {
    for (let place = 0; place < scored; place++) {
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
  if (leaves) markAll(job, event, known, true)
  let length = 1
  for (let n = 0; n < job.negatives; n++) {
    const to = <usize>length << 2
    let any = false
    for (let place = 1 + n * job.of, last = place + job.of; place < last; place++) {
      const score = load<f32>(found + (<usize>place << 2))
      if (leaves && has(known, at(reads, place))) continue
      if (any && !(score > load<f32>(scores + to))) continue
      any = true
      store<i32>(places + to, place)
      store<f32>(scores + to, score)
    }
    if (any) length++
  }
  if (leaves) markAll(job, event, known, false)
  store<i32>(job.lengths + (<usize>k << 2), length)
}
