import { at, copy } from './vector'

/** out[k] ← table[rows[k]]. */
export function gather(table: usize, width: i32, rows: usize, count: i32, out: usize): void {
  const bytes = <usize>width << 2
  for (let k = 0; k < count; k++, out += bytes) copy(out, table + <usize>at(rows, k) * bytes, bytes)
}
