/** A tall matrix by its columns. */
export type Columns = readonly Float64Array[]

/** Σ a_i b_i. */
export const inner = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

const add = (to: Float64Array, times: number, from: Float64Array) => {
  for (let i = 0; i < to.length; i++) to[i]! += times * from[i]!
}

/** Less than this share of a column left after its projections is rounding. */
const ROUNDING = 1e-12

/**
 * Makes columns orthonormal in place, by Gram and Schmidt twice over; a column that depends on those before it becomes zeros.
 * Returns R by its rows: what the columns were is columns · R.
 */
export const orthonormalize = (columns: Columns): readonly Float64Array[] => {
  const r = columns.map(() => new Float64Array(columns.length))
  columns.forEach((column, j) => {
    const before = Math.sqrt(inner(column, column))
    for (let pass = 0; pass < 2; pass++)
      for (let k = 0; k < j; k++) {
        const along = inner(columns[k]!, column)
        r[k]![j]! += along
        add(column, -along, columns[k]!)
      }
    const length = Math.sqrt(inner(column, column))
    if (length <= ROUNDING * before) {
      column.fill(0)
      return
    }
    r[j]![j] = length
    for (let i = 0; i < column.length; i++) column[i]! /= length
  })
  return r
}

/** columns · matrix, where `matrix` is given by its columns. */
export const combine = (columns: Columns, matrix: Columns): Columns =>
  matrix.map((weights) => {
    const out = new Float64Array(columns[0]?.length ?? 0)
    columns.forEach((column, k) => {
      add(out, weights[k]!, column)
    })
    return out
  })
