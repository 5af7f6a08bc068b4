import type { Sparse } from '@recspec/kernels'

/** A sparse matrix with its rows as columns; `columns` is how many it has. */
export const transpose = ({ start, index, values }: Sparse, columns: number): Sparse => {
  const starts = new Int32Array(columns + 1)
  for (const column of index) starts[column + 1]!++
  for (let column = 0; column < columns; column++) starts[column + 1]! += starts[column]!
  const next = starts.slice()
  const rows = new Int32Array(index.length)
  const moved = values && new Float32Array(index.length)
  for (let row = 0; row + 1 < start.length; row++) {
    for (let place = start[row]!; place < start[row + 1]!; place++) {
      const to = next[index[place]!]!++
      rows[to] = row
      if (moved) moved[to] = values[place]!
    }
  }
  return { start: starts, index: rows, ...(moved && { values: moved }) }
}
