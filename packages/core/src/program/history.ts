import { taken } from '../dataset/column.js'
import type { Events } from '../dataset/dataset.js'
import { grouped, sortByTime } from '../dataset/group.js'

/** Training events grouped by entity, in time order (row order where there are no times). */
export interface History {
  readonly start: Int32Array
  /** Index of the entity of the other side. */
  readonly other: Int32Array
  /** Row of the event. */
  readonly event: Int32Array
  /** Position of each event in `event`; −1 where it is not in it. */
  readonly place: Int32Array
}

/** The histories of all entities of a side; events of unknown users or items are left out. */
export const historyOf = (events: Events, side: 'user' | 'item', count: number): History => {
  const [own, other] = side === 'user' ? [events.user, events.item] : [events.item, events.user]
  const known = other.includes(-1) ? own.map((entity, row) => (other[row]! < 0 ? -1 : entity)) : own
  const { start, rows } = sortByTime(grouped(known, count), events.time)
  const place = new Int32Array(events.count).fill(-1)
  for (let at = 0; at < rows.length; at++) place[rows[at]!] = at
  return { start, other: taken(other, rows), event: rows, place }
}
