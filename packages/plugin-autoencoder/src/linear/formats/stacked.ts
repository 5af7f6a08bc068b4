import type { Sparse } from '@recspec/kernels'

/** Sparse rows with a value for each entry. */
export type ValuedRows = Sparse & { readonly values: Float32Array }

/** The rows of sparse matrices, one below the other. */
export const stacked = (parts: readonly ValuedRows[]): ValuedRows => {
  const count = (of: (part: ValuedRows) => number) => parts.reduce((sum, part) => sum + of(part), 0)
  const start = new Int32Array(1 + count((part) => part.start.length - 1))
  const index = new Int32Array(count((part) => part.index.length))
  const values = new Float32Array(index.length)
  let [rows, cells] = [0, 0]
  for (const part of parts) {
    for (let row = 1; row < part.start.length; row++) start[rows + row] = cells + part.start[row]!
    index.set(part.index, cells)
    values.set(part.values, cells)
    rows += part.start.length - 1
    cells += part.index.length
  }
  return { start, index, values }
}
