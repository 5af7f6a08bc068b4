import type { Columns } from './columns.js'

/** A sparse matrix in compressed rows; indices count from 0. */
export interface SparseRows {
  /** Row r has the places start[r] … start[r + 1] − 1. */
  readonly start: Int32Array
  readonly index: Int32Array
  readonly values: Float64Array
}

/** A sparse matrix [users, items] plus the same number in every cell. */
export interface OffsetMatrix {
  readonly users: number
  readonly items: number
  readonly byUser: SparseRows
  readonly byItem: SparseRows
  /** Added to every cell. */
  readonly offset: number
}

/** A · x for columns x over items. */
export const multiply = ({ byUser, users, offset }: OffsetMatrix, columns: Columns): Columns =>
  columns.map((column) => multiplyRows(byUser, users, column, offset))

/** Aᵀ · x for columns x over users. */
export const multiplyTransposed = ({ byItem, items, offset }: OffsetMatrix, columns: Columns): Columns =>
  columns.map((column) => multiplyRows(byItem, items, column, offset))

const multiplyRows = (
  { start, index, values }: SparseRows,
  count: number,
  x: Float64Array,
  offset: number,
): Float64Array => {
  const out = new Float64Array(count)
  const base = offset === 0 ? 0 : offset * x.reduce((sum, value) => sum + value, 0)
  for (let row = 0; row < count; row++) {
    let sum = base
    for (let place = start[row]!; place < start[row + 1]!; place++) sum += values[place]! * x[index[place]!]!
    out[row] = sum
  }
  return out
}

/** Σ of the squares of all cells. */
export const squaredNorm = ({ users, items, byUser, offset }: OffsetMatrix): number => {
  let sum = users * items * offset ** 2
  for (const value of byUser.values) sum += value * (value + 2 * offset)
  return sum
}

/** An offset matrix from its sparse cells, which are ordered by user. */
export const matrixOf = (
  [users, items]: readonly [number, number],
  cells: { readonly user: ArrayLike<number>; readonly item: ArrayLike<number>; readonly value: ArrayLike<number> },
  offset: number,
): OffsetMatrix => {
  const count = cells.value.length
  const sparseRows = (own: ArrayLike<number>, other: ArrayLike<number>, rows: number): SparseRows => {
    const start = new Int32Array(rows + 1)
    for (let cell = 0; cell < count; cell++) start[own[cell]! + 1]!++
    for (let row = 0; row < rows; row++) start[row + 1]! += start[row]!
    const next = start.slice()
    const index = new Int32Array(count)
    const values = new Float64Array(count)
    for (let cell = 0; cell < count; cell++) {
      const place = next[own[cell]!]!++
      index[place] = other[cell]!
      values[place] = cells.value[cell]!
    }
    return { start, index, values }
  }
  return {
    ...{ users, items, offset },
    byUser: sparseRows(cells.user, cells.item, users),
    byItem: sparseRows(cells.item, cells.user, items),
  }
}
