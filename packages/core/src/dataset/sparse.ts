import type { Sparse } from '@recspec/kernels'
import type { Events } from './dataset.js'
import { grouped, sortByTime, starts } from './group.js'

/** Number of users and items. */
export interface Counts {
  readonly users: number
  readonly items: number
}

/**
 * Events as a sparse matrix [users, items] (`side: 'user'`) or [items, users], with `values` of the events as entries.
 * A row's entries are sorted by (column, event); with `by: 'time'` by (time, event). Events with an unknown user or
 * item are left out.
 */
export const sparse = (
  events: Pick<Events, 'user' | 'item' | 'time'>,
  side: 'user' | 'item',
  counts: Counts,
  values?: ArrayLike<number>,
  by: 'index' | 'time' = 'index',
): Sparse => {
  const [rows, columns] = side === 'user' ? [events.user, events.item] : [events.item, events.user]
  const [height, width] = side === 'user' ? [counts.users, counts.items] : [counts.items, counts.users]
  if (by === 'time') return byTime(rows, columns, height, values, events.time)
  // two counting sorts, by column and then by row, which leave every row sorted by column
  const transposed = scattered(columns, rows, width, values)
  const columnOf = new Int32Array(transposed.index.length)
  for (let column = 0; column < width; column++)
    columnOf.fill(column, transposed.start[column], transposed.start[column + 1])
  return scattered(transposed.index, columnOf, height, transposed.values)
}

/** A stable counting sort of entries by row. */
const scattered = (rows: Int32Array, columns: Int32Array, height: number, values?: ArrayLike<number>): Sparse => {
  const start = starts(rows, height, columns)
  const next = start.slice(0, height)
  const index = new Int32Array(start[height]!)
  const entries = values && new Float32Array(index.length)
  for (let event = 0; event < rows.length; event++) {
    const row = rows[event]!
    const column = columns[event]!
    if (row < 0 || column < 0) continue
    const place = next[row]!++
    index[place] = column
    if (entries) entries[place] = values[event]!
  }
  return entries ? { start, index, values: entries } : { start, index }
}

const byTime = (
  rows: Int32Array,
  columns: Int32Array,
  height: number,
  values?: ArrayLike<number>,
  time?: Float64Array,
): Sparse => {
  const known = columns.includes(-1) ? rows.map((row, event) => (columns[event]! < 0 ? -1 : row)) : rows
  const { start, rows: index } = sortByTime(grouped(known, height), time)
  const entries = values && new Float32Array(index.length)
  for (let place = 0; place < index.length; place++) {
    const event = index[place]!
    if (entries) entries[place] = values[event]!
    index[place] = columns[event]!
  }
  return entries ? { start, index, values: entries } : { start, index }
}
