import { type Events, takeEvents } from '@recspec/core'

/** The rows of each user in their order: those of user u are order[start[u]] … order[start[u + 1] − 1]. */
const rowsByUser = ({ user, count }: Events): { readonly start: Int32Array; readonly order: Int32Array } => {
  const users = user.reduce((most, index) => Math.max(most, index), -1) + 1
  const start = new Int32Array(users + 1)
  for (const index of user) if (index >= 0) start[index + 1]!++
  for (let index = 0; index < users; index++) start[index + 1]! += start[index]!
  const next = start.slice()
  const order = new Int32Array(start[users]!)
  for (let row = 0; row < count; row++) if (user[row]! >= 0) order[next[user[row]!]!++] = row
  return { start, order }
}

/**
 * Of events with the same user and item only the first or the last by time, else by row. Events of unknown users or
 * items stay.
 */
export const dropRepeats = (events: Events, keep: 'first' | 'last'): Events => {
  const { count, item, time } = events
  const { start, order } = rowsByUser(events)
  const kept = new Uint8Array(count).fill(1)
  const chosen = new Int32Array(item.reduce((most, index) => Math.max(most, index), -1) + 1).fill(-1)
  const wins = (row: number, other: number) =>
    keep === 'last' ? !time || time[row]! >= time[other]! : time !== undefined && time[row]! < time[other]!
  for (let user = 0; user + 1 < start.length; user++) {
    const rows = order.subarray(start[user], start[user + 1])
    for (const row of rows) {
      const index = item[row]!
      if (index < 0) continue
      const other = chosen[index]!
      if (other >= 0) kept[wins(row, other) ? other : row] = 0
      if (other < 0 || kept[other] === 0) chosen[index] = row
    }
    for (const row of rows) if (item[row]! >= 0) chosen[item[row]!] = -1
  }
  return takeEvents(
    events,
    Int32Array.from(kept.keys()).filter((row) => kept[row] === 1),
  )
}
