import { lossAndGradient } from '../losses/index.generated'
import { begin, end as sum } from '../losses/sum'
import { add, at } from '../vector'
import { applyDropout } from './dropout'
import { BatchJob, BatchScratch, BLOCK, candidatesOf } from './layout'
import { drawNegatives, scoreList } from './negatives'
import { inverseNorm, MAX_INVERSE_NORM } from './normalize'
import { meanOfPositives } from './positives'
import { drawShared, pack, scoreShared, sharedRow } from './sharednegatives'

/** Multiplies a vector by a number. */
// @ts-ignore: decorator
@inline
function scaleVector(vector: usize, factor: f32, width: usize): void {
  for (let z: usize = 0; z < width; z += 4) store<f32>(vector + z, factor * load<f32>(vector + z))
}

/**
 * Takes the gradient of the k-th user vector back through its L2 normalization; `radial` is its product with the
 * vector. Returns what is left for the row: nothing.
 */
function throughNormalization(job: BatchJob, gradient: usize, k: i32, radial: f32): f32 {
  const inverse = load<f32>(job.userInverseNorms + (<usize>k << 2)), width = job.width
  if (inverse < MAX_INVERSE_NORM) add(gradient, job.userVectors + <usize>k * width, -radial, width)
  scaleVector(gradient, inverse, width)
  return 0
}

/** Turns the slopes of a list into the slopes of everything the example reads and the gradient of its user's vector. */
function backpropagate(job: BatchJob, step: i32, k: i32, slopes: usize): void {
  const width = job.width, candidates = candidatesOf(job)
  const wide = <usize>(k * candidates) << 2, lists = <usize>(k * (1 + job.negatives)) << 2
  const gradient = job.userGradients + <usize>k * width, length = at(job.lengths, k)
  memory.fill(job.slopes + wide, 0, <usize>candidates << 2)
  if (job.normalized) memory.fill(job.radials + wide, 0, <usize>candidates << 2)
  memory.fill(gradient, 0, width)
  let radial: f32 = 0
  for (let j = 0; j < length; j++) {
    const slope = load<f32>(slopes + (<usize>j << 2))
    if (slope == 0) continue
    const place = wide + (<usize>at(job.listColumns + lists, j) << 2), item = <usize>at(job.reads, <i32>(place >> 2))
    store<f32>(job.slopes + place, slope)
    let scale = slope
    if (job.normalized) {
      const cosine = load<f32>(job.scores + lists + (<usize>j << 2)) - <f32>job.offset +
        (job.logQ ? load<f32>(job.logQ + (item << 2)) : 0)
      store<f32>(job.radials + place, slope * cosine)
      radial += slope * cosine
      scale *= load<f32>(job.items.inverseNorms + (item << 2))
    }
    add(gradient, job.items.rows + item * width, scale, width)
  }
  if (job.dropoutFirst) radial = throughNormalization(job, gradient, k, radial)
  if (job.dropoutWidth) applyDropout(job, gradient, step, k)
  store<f32>(job.userRadials + (<usize>k << 2), radial)
}

/**
 * Copies the user's row of an example as it is before the step: L2-normalized where scores are cosines, then dropout;
 * or the other way round.
 */
// @ts-ignore: decorator
@inline
function loadUserVector(job: BatchJob, k: i32, step: i32, event: i32): void {
  const width = job.width, row = <usize>at(job.user, event), to = job.userVectors + <usize>k * width
  memory.fill(to, 0, width)
  const scale: f32 = job.normalized && !job.dropoutFirst ? load<f32>(job.users.inverseNorms + (row << 2)) : 1
  add(to, job.users.rows + row * width, scale, width)
  if (job.dropoutWidth) applyDropout(job, to, step, k)
  if (job.dropoutFirst) {
    const inverse = inverseNorm(to, width)
    store<f32>(job.userInverseNorms + (<usize>k << 2), inverse)
    scaleVector(to, inverse, width)
  }
}

/** The target of the k-th example of a step, which is at `place` in the order. */
// @ts-ignore: decorator
@inline
function targetOf(job: BatchJob, place: i32, k: i32, event: i32): f64 {
  if (job.positivesStart) return meanOfPositives(job, place, job.userVectors + <usize>k * job.width)
  return job.target ? <f64>load<f32>(job.target + (<usize>event << 2)) : 1
}

/**
 * The examples of a step; threads share its cursor. part 0: everything. 1: up to the scores of lists. 2: from the
 * slopes of lists, which the host wrote.
 */
export function examples(job: BatchJob, step: i32, from: i32, part: i32, scratch: BatchScratch): void {
  const first = step * job.batchSize, count = min(job.batchSize, job.examples - first)
  const cursor = job.cursors + (<usize>(step - from) << 2), blocks = (job.batchSize + BLOCK - 1) / BLOCK
  const candidates = candidatesOf(job)
  if (job.shared && part != 2) {
    // with deferred updates the negatives are drawn before rows catch up
    if (!job.catchUpTable) drawShared(job, step, candidates, scratch)
    pack(job, candidates, scratch)
  }
  for (;;) {
    const b = atomic.add<i32>(cursor, 1)
    if (b * BLOCK >= count) return
    begin()
    const start = b * BLOCK, end = min(count, start + BLOCK)
    if (part != 2) {
      for (let k = start; k < end; k++) loadUserVector(job, k, step, at(job.order, first + k))
      if (job.shared) scoreShared(job, start, end - start, candidates, scratch)
    }
    for (let k = start; k < end; k++) {
      const event = at(job.order, first + k)
      const lists = <usize>(k * (1 + job.negatives)) << 2
      if (part != 2) {
        const reads = job.reads + (<usize>(k * candidates) << 2)
        store<i32>(reads, at(job.item, event))
        if (job.shared) memory.copy(reads + 4, scratch.shared, <usize>(candidates - 1) << 2)
        else if (!job.catchUpTable) drawNegatives(job, event, reads, candidates, scratch.known)
        const scores = job.shared ? sharedRow(scratch, k - start, candidates) : scratch.scores
        scoreList(job, event, k, reads, candidates, scores, scratch)
      }
      if (part == 0) {
        const target = targetOf(job, first + k, k, event)
        const scores = job.scores + lists
        lossAndGradient(job.loss, job.first, job.second, scores, at(job.lengths, k), target, scratch.slopes)
        backpropagate(job, step, k, scratch.slopes)
      }
      if (part == 2) backpropagate(job, step, k, job.hostSlopes + lists)
    }
    store<f64>(job.losses + (<usize>((step - from) * blocks + b) << 3), sum())
  }
}
