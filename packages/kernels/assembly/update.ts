import { updateRow } from './optimizers/index.generated'
import { at } from './vector'

/** How many rows ahead the cache lines of a row are read, as a prefetch. */
const AHEAD: i32 = 4

/**
 * Row rows[k] takes one step of the optimizer of `setOptimizer` along gradient k. Returns the sum of the prefetched
 * numbers, so that the compiler keeps those reads.
 */
export function update(
  values: usize, state: usize, width: i32, slots: i32, rows: usize, count: i32, gradients: usize,
): f32 {
  const bytes = <usize>width << 2, size = <usize>slots << 2
  let touched: f32 = 0
  for (let k = 0; k < count; k++, gradients += bytes) {
    const row = <usize>at(rows, k), next = <usize>at(rows, min(k + AHEAD, count - 1))
    for (let z: usize = 0; z < bytes; z += 64) touched += load<f32>(values + next * bytes + z)
    for (let z: usize = 0; z < size; z += 64) touched += load<f32>(state + next * size + z)
    updateRow(values + row * bytes, gradients, 1, 0, state + row * size, bytes)
  }
  return touched
}
