import { bisect } from '../bisect'
import { has, mark } from '../bits'
import { dots } from '../dots'
import { below, mix, uniform } from '../random'
import { at } from '../vector'
import { BatchJob, BatchScratch } from './layout'

/** Rejected draws of one negative, after which an observed item is accepted. */
export const MAX_DRAWS: i32 = 100

/** Sets or clears the bits of the observed items of an event's user. */
// @ts-ignore: decorator
@inline
function markObserved(job: BatchJob, event: i32, known: usize, set: bool): void {
  const row = at(job.user, event)
  for (let place = at(job.observedStart, row), end = at(job.observedStart, row + 1); place < end; place++) {
    mark(known, at(job.observedIndex, place), set)
  }
}

/** Draw `draw` of an item row under a random key. */
// @ts-ignore: decorator
@inline
export function drawItem(job: BatchJob, key: u32, draw: u32): i32 {
  const height = job.items.height
  if (!job.cumulative) return 1 + below(height - 1, key, draw)
  return bisect(job.cumulative, height, uniform(key, draw) * load<f64>(job.cumulative + (<usize>(height - 1) << 3)))
}

/** Draws the candidates of an event's example into reads[1 …]. */
export function drawNegatives(job: BatchJob, event: i32, reads: usize, candidates: i32, known: usize): void {
  const key = mix(job.base, event), exclude = job.excludeObserved != 0
  if (exclude) markObserved(job, event, known, true)
  for (let column = 1; column < candidates; column++) {
    const first = <u32>((column - 1) * MAX_DRAWS)
    let item = drawItem(job, key, first)
    if (exclude) {
      for (let tries = 1; tries < MAX_DRAWS && has(known, item); tries++) item = drawItem(job, key, first + tries)
    }
    store<i32>(reads + (<usize>column << 2), item)
  }
  if (exclude) markObserved(job, event, known, false)
}

/**
 * Scores what the k-th example reads and makes its list: the positive, and of each `hard` candidates the one with the
 * highest score. `found` receives the scores; those of shared candidates are there already.
 */
export function scoreList(
  job: BatchJob, event: i32, k: i32, reads: usize, candidates: i32, found: usize, scratch: BatchScratch,
): void {
  const x = job.userVectors + <usize>k * job.width, inverseNorms = job.items.inverseNorms, logQ = job.logQ
  const scored = job.shared ? 1 : candidates
  dots(x, job.items.rows, job.width, reads, scored, found)
  const offset = <f32>job.offset
  if (job.normalized) {
    for (let column = 0; column < scored; column++) {
      const to = found + (<usize>column << 2)
      store<f32>(to, load<f32>(to) * load<f32>(inverseNorms + (<usize>at(reads, column) << 2)))
    }
  }
  if (logQ || offset != 0) {
    for (let column = 0; column < candidates; column++) {
      const to = found + (<usize>column << 2)
      store<f32>(to, load<f32>(to) + offset - (logQ ? load<f32>(logQ + (<usize>at(reads, column) << 2)) : 0))
    }
  }
  const lists = <usize>(k * (1 + job.negatives)) << 2, columns = job.listColumns + lists, scores = job.scores + lists
  store<i32>(columns, 0)
  store<f32>(scores, load<f32>(found))
  // shared candidates may be observed by this user: those are masked
  const masked = job.shared && job.excludeObserved, known = scratch.known
  if (masked) markObserved(job, event, known, true)
  let length = 1
  for (let n = 0; n < job.negatives; n++) {
    const to = <usize>length << 2
    let any = false
    for (let column = 1 + n * job.hard, last = column + job.hard; column < last; column++) {
      const score = load<f32>(found + (<usize>column << 2))
      if (masked && has(known, at(reads, column))) continue
      if (any && !(score > load<f32>(scores + to))) continue
      any = true
      store<i32>(columns + to, column)
      store<f32>(scores + to, score)
    }
    if (any) length++
  }
  if (masked) markObserved(job, event, known, false)
  store<i32>(job.lengths + (<usize>k << 2), length)
}
