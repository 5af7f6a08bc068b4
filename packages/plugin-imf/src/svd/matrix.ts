import type { Columns } from './columns.js'

/** One side of a matrix: its rows as sparse lists. */
export interface Rows {
  /** Row r has the places start[r] … start[r + 1] − 1. */
  readonly start: Int32Array
  readonly index: Int32Array
  readonly values: Float64Array
}

/** A sparse matrix plus the same number in every cell, readable both ways. */
export interface Matrix {
  readonly users: number
  readonly items: number
  /** By user and by item; indices count from 0. */
  readonly byUser: Rows
  readonly byItem: Rows
  readonly everywhere: number
}

/** A · x for columns x over items. */
export const times = ({ byUser, users, everywhere }: Matrix, columns: Columns): Columns =>
  columns.map((column) => product(byUser, users, column, everywhere))

/** Aᵀ · x for columns x over users. */
export const transposedTimes = ({ byItem, items, everywhere }: Matrix, columns: Columns): Columns =>
  columns.map((column) => product(byItem, items, column, everywhere))

const product = ({ start, index, values }: Rows, count: number, x: Float64Array, everywhere: number): Float64Array => {
  const out = new Float64Array(count)
  const base = everywhere === 0 ? 0 : everywhere * x.reduce((sum, value) => sum + value, 0)
  for (let row = 0; row < count; row++) {
    let sum = base
    for (let place = start[row]!; place < start[row + 1]!; place++) sum += values[place]! * x[index[place]!]!
    out[row] = sum
  }
  return out
}

/** Σ of the squares of all cells. */
export const squaredNorm = ({ users, items, byUser, everywhere }: Matrix): number => {
  let sum = users * items * everywhere ** 2
  for (const value of byUser.values) sum += value * (value + 2 * everywhere)
  return sum
}

/** A matrix from its sparse cells, which come ordered by user. */
export const matrixOf = (
  [users, items]: readonly [number, number],
  cells: { readonly user: ArrayLike<number>; readonly item: ArrayLike<number>; readonly value: ArrayLike<number> },
  everywhere: number,
): Matrix => {
  const count = cells.value.length
  const sided = (own: ArrayLike<number>, other: ArrayLike<number>, rows: number): Rows => {
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
    ...{ users, items, everywhere },
    byUser: sided(cells.user, cells.item, users),
    byItem: sided(cells.item, cells.user, items),
  }
}
