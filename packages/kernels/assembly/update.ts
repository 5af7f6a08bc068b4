import { move } from './rules/index'
import { at } from './vector'

/** Row rows[k] takes one step along gradient k, under the rule that `follow` set. */
export function update(values: usize, state: usize, width: i32, slots: i32, rows: usize, count: i32, gradients: usize): void {
  const bytes = <usize>width << 2, size = <usize>slots << 2
  for (let k = 0; k < count; k++, gradients += bytes) {
    const row = <usize>at(rows, k)
    move(values + row * bytes, gradients, 1, 0, state + row * size, bytes)
  }
}
