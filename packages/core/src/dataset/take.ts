import { takeColumn, taken } from './column.js'
import type { Events } from './dataset.js'

/** The events at the given rows, in that order. */
export const takeEvents = (events: Events, rows: Int32Array): Events => ({
  count: rows.length,
  user: taken(events.user, rows),
  item: taken(events.item, rows),
  ...(events.time && { time: taken(events.time, rows) }),
  ...(events.timeColumn !== undefined && { timeColumn: events.timeColumn }),
  columns: new Map([...events.columns].map(([name, column]) => [name, takeColumn(column, rows)])),
})

/** The rows from 0 to count − 1 that are not in `rows`, ascending; `rows` must be ascending. */
export const others = (count: number, rows: Int32Array): Int32Array => {
  const kept = new Int32Array(count - rows.length)
  for (let place = 0, taken = 0, next = 0; place < count; place++) {
    if (rows[taken] === place) taken++
    else kept[next++] = place
  }
  return kept
}
