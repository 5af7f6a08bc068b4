import type { Sparse } from '@recspec/kernels'

/** Rows of a sparse matrix at some places, in their order. */
export const rowsAt = ({ start, index }: Sparse, places: Int32Array): Sparse => {
  const starts = new Int32Array(places.length + 1)
  for (const [row, place] of places.entries()) starts[row + 1] = starts[row]! + start[place + 1]! - start[place]!
  const found = new Int32Array(starts.at(-1)!)
  for (const [row, place] of places.entries()) found.set(index.subarray(start[place], start[place + 1]), starts[row])
  return { start: starts, index: found }
}
