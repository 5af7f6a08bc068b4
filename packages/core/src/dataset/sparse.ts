import type { Sparse } from '@recspec/kernels'
import type { Events } from './dataset.js'
import { grouped, sortByTime } from './group.js'

/** How many users and items there are. */
export interface Counts {
  readonly users: number
  readonly items: number
}

/**
 * Events by user (rows users, columns items) or by item (rows items, columns users), with the `values` of the events
 * beside them. A row's entries ascend by column, equal ones in the order of the events; `order: 'time'` sorts them by
 * (time, event) instead. Events with an unknown user or item are left out.
 */
export const sparse = (
  events: Pick<Events, 'user' | 'item' | 'time'>,
  side: 'user' | 'item',
  counts: Counts,
  values?: ArrayLike<number>,
  order: 'index' | 'time' = 'index',
): Sparse => {
  const [keys, columns] = side === 'user' ? [events.user, events.item] : [events.item, events.user]
  const [rows, width] = side === 'user' ? [counts.users, counts.items] : [counts.items, counts.users]
  if (order === 'time') {
    const known = keys.map((key, event) => (columns[event]! < 0 ? -1 : key))
    const { start, rows: placed } = sortByTime(grouped(known, rows), events.time)
    return along(start, placed, columns, values)
  }
  // Two stable counting sorts: first by column, then by row.
  const byColumn = grouped(columns, width).rows
  const start = new Int32Array(rows + 1)
  for (const event of byColumn) if (keys[event]! >= 0) start[keys[event]! + 1]!++
  for (let row = 0; row < rows; row++) start[row + 1]! += start[row]!
  const placed = new Int32Array(start[rows]!)
  const next = start.slice(0, rows)
  for (const event of byColumn) if (keys[event]! >= 0) placed[next[keys[event]!]!++] = event
  return along(start, placed, columns, values)
}

/** Replaces event numbers by columns, in the same memory. */
const along = (start: Int32Array, placed: Int32Array, columns: Int32Array, values?: ArrayLike<number>): Sparse => {
  const beside = values && new Float32Array(placed.length)
  for (let place = 0; place < placed.length; place++) {
    const event = placed[place]!
    if (beside) beside[place] = values[event]!
    placed[place] = columns[event]!
  }
  return beside ? { start, index: placed, values: beside } : { start, index: placed }
}
