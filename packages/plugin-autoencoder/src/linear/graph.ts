import type { Sparse } from '@recspec/kernels'

/** Sums of the rows and of the columns of a sparse matrix. */
export const marginals = (
  { start, index, values }: Sparse,
  columns: number,
): { readonly rows: Float64Array; readonly columns: Float64Array } => {
  const sums = { rows: new Float64Array(start.length - 1), columns: new Float64Array(columns) }
  for (let row = 0; row + 1 < start.length; row++) {
    for (let place = start[row]!; place < start[row + 1]!; place++) {
      const value = values ? values[place]! : 1
      sums.rows[row]! += value
      sums.columns[index[place]!]! += value
    }
  }
  return sums
}

/**
 * W = D_u^-a R D_i^(a − 1) of the rows R of users, where D_u and D_i are the sums of its rows and columns; a of one
 * half is the symmetric normalization of the interaction graph. Rows and columns without entries stay empty.
 */
export const normalizedGraph = (rows: Sparse, items: number, a = 0.5): Sparse => {
  const { start, index, values } = rows
  const sums = marginals(rows, items)
  const user = sums.rows.map((sum) => (sum > 0 ? sum ** -a : 0))
  const item = sums.columns.map((sum) => (sum > 0 ? sum ** (a - 1) : 0))
  const weights = new Float32Array(index.length)
  for (let row = 0; row + 1 < start.length; row++)
    for (let place = start[row]!; place < start[row + 1]!; place++)
      weights[place] = user[row]! * item[index[place]!]! * (values ? values[place]! : 1)
  return { start, index, values: weights }
}
