import { move } from './rules/index'
import { at } from './vector'

/** Rows that are fetched ahead of their turn, by reading a number of each of their cache lines. */
const AHEAD: i32 = 4

/**
 * Row rows[k] takes one step along gradient k, under the rule that `follow` set. Returns the sum of what was read ahead, which keeps
 * those reads from being dropped.
 */
export function update(values: usize, state: usize, width: i32, slots: i32, rows: usize, count: i32, gradients: usize): f32 {
  const bytes = <usize>width << 2, size = <usize>slots << 2
  let touched: f32 = 0
  for (let k = 0; k < count; k++, gradients += bytes) {
    const row = <usize>at(rows, k), next = <usize>at(rows, min(k + AHEAD, count - 1))
    for (let z: usize = 0; z < bytes; z += 64) touched += load<f32>(values + next * bytes + z)
    for (let z: usize = 0; z < size; z += 64) touched += load<f32>(state + next * size + z)
    move(values + row * bytes, gradients, 1, 0, state + row * size, bytes)
  }
  return touched
}
