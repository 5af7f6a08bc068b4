import { dot } from '../dots'
import { Side } from './job'

/** A row whose inverse length is this was shorter than 1e-6: it is scaled, not turned. */
export const LONGEST: f32 = 1e6

/** 1 / length of a row, of one shorter than 1e-6 as if it were that long. */
// @ts-ignore: decorator
@inline
export function inverseOf(row: usize, width: usize): f32 {
  const length = <f32>sqrt(<f64>dot(row, row, width))
  return length > 1e-6 ? 1 / length : LONGEST
}

/** 1 / length of every row that this thread owns. */
export function lengths(side: Side, width: usize, thread: i32, team: i32): void {
  for (let row = thread; row < side.height; row += team) {
    store<f32>(side.inverse + (<usize>row << 2), inverseOf(side.rows + <usize>row * width, width))
  }
}
