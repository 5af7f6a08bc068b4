import { mix } from '../random'
import { tiles } from '../scores'
import { at } from '../vector'
import { BatchJob, BatchScratch, LANES, sharedScores } from './layout'
import { drawItem } from './negatives'

/** Draws the candidates that all examples of a step share. */
export function drawShared(job: BatchJob, step: i32, candidates: i32, scratch: BatchScratch): void {
  const key = mix(mix(job.base, step), 1)
  for (let n = 0; n < candidates - 1; n++) store<i32>(scratch.shared + (<usize>n << 2), drawItem(job, key, n))
}

/** Packs the rows of shared candidates, eight side by side, L2-normalized where scores are cosines. */
export function pack(job: BatchJob, candidates: i32, scratch: BatchScratch): void {
  const count = candidates - 1, width = job.width, list = scratch.shared
  for (let n = 0; n < sharedScores(candidates) - 1; n++) {
    let to = scratch.packed + <usize>(n & ~(LANES - 1)) * width + (<usize>(n & (LANES - 1)) << 2)
    // the last group is padded with zeros
    const item = <usize>at(list, min(n, count - 1)), row = job.items.rows + item * width
    const factor: f32 = n >= count ? 0 : job.normalized ? load<f32>(job.items.inverseNorms + (item << 2)) : 1
    for (let z: usize = 0; z < width; z += 4, to += LANES << 2) store<f32>(to, factor * load<f32>(row + z))
  }
}

/**
 * Scores the shared candidates for examples k … k + n − 1 by a matrix product, into one row of `scratch.scores` per
 * example.
 */
export function scoreShared(job: BatchJob, k: i32, n: i32, candidates: i32, scratch: BatchScratch): void {
  const width = job.width, row = <usize>sharedScores(candidates) << 2
  for (let c = 0; c < candidates - 1; c += LANES) {
    const packed = scratch.packed + <usize>c * width, to = scratch.scores + (<usize>(1 + c) << 2)
    tiles(job.userVectors + <usize>k * width, n, packed, <i32>(width >> 2), to, row)
  }
}

/** The row of scores of the n-th example of a block. */
// @ts-ignore: decorator
@inline
export function sharedRow(scratch: BatchScratch, n: i32, candidates: i32): usize {
  return scratch.scores + (<usize>(n * sharedScores(candidates)) << 2)
}
