/** One value of a column; undefined where it is missing. */
export type Cell = string | number | undefined

/** A named column in memory: numbers (NaN missing), or text as codes into its distinct values (−1 missing). */
export type Column =
  | { readonly kind: 'number'; readonly values: Float64Array | Float32Array | Int32Array }
  | { readonly kind: 'text'; readonly codes: Int32Array; readonly values: readonly string[] }

/** One cell of a column. */
export const cell = (column: Column, row: number): Cell => {
  if (column.kind === 'text') return column.values[column.codes[row]!]
  const value = column.values[row]!
  return Number.isNaN(value) ? undefined : value
}

/** A column's values as numbers [rows], NaN where they are missing or not numeric. */
export const numbers = (column: Column): Float64Array | Float32Array | Int32Array =>
  column.kind === 'number'
    ? column.values
    : Float64Array.from(column.codes, (code) => Number(column.values[code] ?? NaN))

/** The given rows of a column, in that order. */
export const takeColumn = (column: Column, rows: Int32Array): Column => {
  if (column.kind === 'text') return { ...column, codes: taken(column.codes, rows) }
  return { kind: 'number', values: taken(column.values, rows) }
}

const blank = <A extends Float64Array | Float32Array | Int32Array>(like: A, length: number): A =>
  new (like.constructor as new (length: number) => A)(length)

/** The values at the given rows, in an array of the same type. */
export const taken = <A extends Float64Array | Float32Array | Int32Array>(values: A, rows: Int32Array): A => {
  const out = blank(values, rows.length)
  for (let place = 0; place < rows.length; place++) out[place] = values[rows[place]!]!
  return out
}
