import { add, at } from './vector'

/** sums[slot[k]] += scale[k] · gradients[k], k ascending, where slot[k] ≥ 0; `scale` 0: every factor is 1. */
export function accumulate(gradients: usize, width: i32, slot: usize, count: i32, sums: usize, scale: usize): void {
  const bytes = <usize>width << 2
  for (let k = 0; k < count; k++, gradients += bytes) {
    if (at(slot, k) < 0) continue
    const weight: f32 = scale ? load<f32>(scale + (<usize>k << 2)) : 1
    add(sums + <usize>at(slot, k) * bytes, gradients, weight, bytes)
  }
}
