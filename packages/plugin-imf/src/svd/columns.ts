/** A matrix [rows, columns] as a list of its columns. */
export type Columns = readonly Float64Array[]

/** Σ a_i b_i. */
export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** to += factor · from. */
const addScaled = (to: Float64Array, factor: number, from: Float64Array) => {
  for (let i = 0; i < to.length; i++) to[i]! += factor * from[i]!
}

/** A column of which less than this share is left after the projections is rounding error. */
const ROUNDING = 1e-12

/**
 * Orthonormalizes columns in place by Gram–Schmidt, applied twice; a column that depends on earlier ones becomes zeros.
 * Returns the rows of R [columns, columns], where the columns given were the new columns · R.
 */
export const orthonormalize = (columns: Columns): readonly Float64Array[] => {
  const r = columns.map(() => new Float64Array(columns.length))
  columns.forEach((column, j) => {
    const lengthBefore = Math.sqrt(dot(column, column))
    for (let pass = 0; pass < 2; pass++)
      for (let k = 0; k < j; k++) {
        const projection = dot(columns[k]!, column)
        r[k]![j]! += projection
        addScaled(column, -projection, columns[k]!)
      }
    const length = Math.sqrt(dot(column, column))
    if (length <= ROUNDING * lengthBefore) {
      column.fill(0)
      return
    }
    r[j]![j] = length
    for (let i = 0; i < column.length; i++) column[i]! /= length
  })
  return r
}

/** columns · matrix. */
export const multiplyColumns = (columns: Columns, matrix: Columns): Columns =>
  matrix.map((weights) => {
    const out = new Float64Array(columns[0]?.length ?? 0)
    columns.forEach((column, k) => {
      addScaled(out, weights[k]!, column)
    })
    return out
  })
