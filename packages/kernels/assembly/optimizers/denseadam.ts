import { adamStep } from './adam'

/** One step of `adam` for rows that may go many steps without a gradient: moments below 1e-37 become 0. */
export function denseAdam(row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize): void {
  adamStep(row, other, slope, penalty, state, bytes, true)
}
