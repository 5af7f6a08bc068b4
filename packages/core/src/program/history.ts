import type { Events } from '../dataset/dataset.js'

/** Training events by entity, each entity's in time order (row order where there are no times). */
export interface History {
  readonly start: Int32Array
  /** The other side's entity. */
  readonly other: Int32Array
  /** Row of the event. */
  readonly event: Int32Array
  /** Where each event stands in `event`, −1 where it is not part of it. */
  readonly place: Int32Array
}

/** Events of one side's entities; those of unknown users or items are left out. */
export const historyOf = (events: Events, side: 'user' | 'item', count: number): History => {
  const own = side === 'user' ? events.user : events.item
  const other = side === 'user' ? events.item : events.user
  const start = new Int32Array(count + 1)
  for (let row = 0; row < events.count; row++) if (own[row]! >= 0 && other[row]! >= 0) start[own[row]! + 1]!++
  for (let entity = 0; entity < count; entity++) start[entity + 1]! += start[entity]!
  const next = start.slice()
  const total = start[count]!
  const history = {
    start,
    other: new Int32Array(total),
    event: new Int32Array(total),
    place: new Int32Array(events.count).fill(-1),
  }
  for (const row of inTime(events)) {
    if (own[row]! < 0 || other[row]! < 0) continue
    const place = next[own[row]!]!++
    history.other[place] = other[row]!
    history.event[place] = row
    history.place[row] = place
  }
  return history
}

/** Rows by (time, row). */
const inTime = ({ count, time }: Events): Int32Array => {
  const rows = Int32Array.from({ length: count }, (_, row) => row)
  return time ? rows.sort((a, b) => time[a]! - time[b]! || a - b) : rows
}
