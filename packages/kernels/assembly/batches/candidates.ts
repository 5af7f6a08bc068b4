import { mix } from '../random'
import { tiles } from '../scores'
import { at } from '../vector'
import { Job, Scratch } from './job'
import { one } from './list'

/** Candidates whose numbers lie side by side. */
const SIDE: i32 = 8

/** Numbers of a line of scores: the own item's, then those of all candidates, in whole groups. */
// @ts-ignore: decorator
@inline
function line(candidates: i32): i32 {
  return 1 + ((candidates + SIDE - 2) & ~(SIDE - 1))
}

/** Draws the candidates that all examples of a step share. */
export function drawShared(job: Job, step: i32, candidates: i32, scratch: Scratch): void {
  const key = mix(mix(job.base, step), 1)
  for (let n = 0; n < candidates - 1; n++) store<i32>(scratch.shared + (<usize>n << 2), one(job, key, n))
}

/** Lays the rows of shared candidates side by side, of length 1 where scores are cosines. */
export function pack(job: Job, candidates: i32, scratch: Scratch): void {
  const count = candidates - 1, width = job.width, list = scratch.shared
  for (let n = 0; n < line(candidates) - 1; n++) {
    let to = scratch.packed + <usize>(n & ~(SIDE - 1)) * width + (<usize>(n & (SIDE - 1)) << 2)
    // beyond the last candidate are zeros
    const item = <usize>at(list, min(n, count - 1)), row = job.items.rows + item * width
    const factor: f32 = n >= count ? 0 : job.unit ? load<f32>(job.items.inverse + (item << 2)) : 1
    for (let z: usize = 0; z < width; z += 4, to += SIDE << 2) store<f32>(to, factor * load<f32>(row + z))
  }
}

/** Scores of the shared candidates for examples k … k + n − 1, a matrix product: a line in `scratch.found` for each example. */
export function scoreShared(job: Job, k: i32, n: i32, candidates: i32, scratch: Scratch): void {
  const width = job.width, row = <usize>line(candidates) << 2
  for (let c = 0; c < candidates - 1; c += SIDE) {
    const packed = scratch.packed + <usize>c * width
    tiles(job.vectors + <usize>k * width, n, packed, <i32>(width >> 2), scratch.found + (<usize>(1 + c) << 2), row)
  }
}

/** Where the scores of the n-th example of a block stand. */
// @ts-ignore: decorator
@inline
export function foundOf(scratch: Scratch, n: i32, candidates: i32): usize {
  return scratch.found + (<usize>(n * line(candidates)) << 2)
}
