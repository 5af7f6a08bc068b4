import { add, at } from './vector'

/** out[k] ← Σ_j weights[j] · table[rows[j]] for j from start[k] to start[k + 1] − 1. */
export function bag(table: usize, width: i32, start: usize, count: i32, rows: usize, weights: usize, out: usize): void {
  const bytes = <usize>width << 2
  for (let k = 0; k < count; k++, out += bytes) {
    memory.fill(out, 0, bytes)
    const end = at(start, k + 1)
    for (let j = at(start, k); j < end; j++) {
      add(out, table + <usize>at(rows, j) * bytes, load<f32>(weights + (<usize>j << 2)), bytes)
    }
  }
}
