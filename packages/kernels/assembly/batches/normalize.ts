import { dot } from '../dots'
import { BatchSide } from './layout'

/** The largest inverse norm: rows shorter than 1e-6 are scaled by it, and their radial gradient is kept. */
export const MAX_INVERSE_NORM: f32 = 1e6

/** 1 / norm of a row, at most MAX_INVERSE_NORM. */
// @ts-ignore: decorator
@inline
export function inverseNorm(row: usize, width: usize): f32 {
  const norm = <f32>sqrt(<f64>dot(row, row, width))
  return norm > 1e-6 ? 1 / norm : MAX_INVERSE_NORM
}

/** The inverse norms of every row that this thread owns. */
export function inverseNorms(side: BatchSide, width: usize, thread: i32, team: i32): void {
  for (let row = thread; row < side.height; row += team) {
    store<f32>(side.inverseNorms + (<usize>row << 2), inverseNorm(side.rows + <usize>row * width, width))
  }
}
