import type { Sparse } from '@recspec/kernels'
import type { Events } from './dataset.js'
import { grouped, sortByTime, starts } from './group.js'

/** How many users and items there are. */
export interface Counts {
  readonly users: number
  readonly items: number
}

/**
 * Events by user (rows users, columns items) or by item (rows items, columns users), with the `values` of the events
 * beside them. A row's entries ascend by column, equal ones in the order of the events; `by: 'time'` sorts them by
 * (time, event) instead. Events with an unknown user or item are left out.
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
  // Sorted by column first: then every row is met column by column, and nothing is read out of order.
  const turned = scattered(columns, rows, width, values)
  const columnOf = new Int32Array(turned.index.length)
  for (let column = 0; column < width; column++) columnOf.fill(column, turned.start[column], turned.start[column + 1])
  return scattered(turned.index, columnOf, height, turned.values)
}

/** Columns and values moved to their rows, in the order in which they come. */
const scattered = (rows: Int32Array, columns: Int32Array, height: number, values?: ArrayLike<number>): Sparse => {
  const start = starts(rows, height, columns)
  const next = start.slice(0, height)
  const index = new Int32Array(start[height]!)
  const beside = values && new Float32Array(index.length)
  for (let event = 0; event < rows.length; event++) {
    const row = rows[event]!
    const column = columns[event]!
    if (row < 0 || column < 0) continue
    const place = next[row]!++
    index[place] = column
    if (beside) beside[place] = values[event]!
  }
  return beside ? { start, index, values: beside } : { start, index }
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
  const beside = values && new Float32Array(index.length)
  for (let place = 0; place < index.length; place++) {
    const event = index[place]!
    if (beside) beside[place] = values[event]!
    index[place] = columns[event]!
  }
  return beside ? { start, index, values: beside } : { start, index }
}
