import { type Events, type Ids, takeEvents } from '@recspec/core'
import { type Vocabulary, vocabulary } from '../columns/vocabulary.js'
import type { Dropped } from '../report.js'

/** The least number of events of a user and of an item; 0 asks for none. */
export interface Core {
  readonly users: number
  readonly items: number
}

/** Events with the ids that they have. */
export interface EventsWithIds {
  readonly events: Events
  readonly users: Vocabulary
  readonly items: Vocabulary
}

const counted = (indices: Int32Array, alive: Uint8Array, size: number): Int32Array => {
  const counts = new Int32Array(size)
  for (let row = 0; row < indices.length; row++) if (alive[row] === 1) counts[indices[row]!]!++
  return counts
}

/** The ids that some indices have, and the new index of each old one. */
const compact = (indices: Int32Array, ids: Ids): { readonly ids: Vocabulary; readonly indices: Int32Array } => {
  const used = new Uint8Array(ids.count)
  for (const index of indices) used[index] = 1
  const kept = vocabulary()
  const next = new Int32Array(ids.count).fill(-1)
  for (let index = 0; index < ids.count; index++) if (used[index] === 1) next[index] = kept.add(ids.at(index))
  return { ids: kept, indices: indices.map((index) => next[index]!) }
}

/**
 * The largest part of the events in which every user and every item has as many events as asked for: users and items
 * with fewer are dropped until none is left that has. Ids without events go with them.
 */
export const coreOf = (
  { events, users, items }: EventsWithIds,
  core: Core,
): EventsWithIds & { readonly dropped: Dropped } => {
  const { count, user, item } = events
  const alive = new Uint8Array(count).fill(1)
  let left = count
  for (let before = -1; before !== left; ) {
    before = left
    const [ofUser, ofItem] = [counted(user, alive, users.count), counted(item, alive, items.count)]
    for (let row = 0; row < count; row++) {
      if (alive[row] === 0 || (ofUser[user[row]!]! >= core.users && ofItem[item[row]!]! >= core.items)) continue
      alive[row] = 0
      left--
    }
  }
  const kept = takeEvents(
    events,
    Int32Array.from(alive.keys()).filter((row) => alive[row] === 1),
  )
  const [byUser, byItem] = [compact(kept.user, users), compact(kept.item, items)]
  const fewer = [
    ...(core.users > 0 ? [`${users.count - byUser.ids.count} users with fewer than ${core.users} events`] : []),
    ...(core.items > 0 ? [`${items.count - byItem.ids.count} items with fewer than ${core.items} events`] : []),
  ]
  return {
    events: { ...kept, user: byUser.indices, item: byItem.indices },
    users: byUser.ids,
    items: byItem.ids,
    dropped: { rule: `core: ${fewer.join(', ')}`, rows: count - left },
  }
}
