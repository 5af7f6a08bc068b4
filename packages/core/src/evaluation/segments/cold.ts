import type { Segmentation } from './segmentation.js'

/** Test rows whose user and item have training events, and those where one or both have none. */
export const cold: Segmentation = {
  summary: 'warm rows, whose user and item have training events, and those of cold users, cold items, or both',
  segments: ({ events, users, items }) => {
    const metOf = (list: Int32Array, count: number) => {
      const met = new Uint8Array(count)
      for (const index of list) if (index >= 0) met[index] = 1
      return met
    }
    const user = metOf(events.user, users.ids.count)
    const item = metOf(events.item, items.ids.count)
    return {
      names: ['warm', 'cold user', 'cold item', 'cold user and item'],
      of: (one, other) => (user[one] === 1 ? 0 : 1) + (item[other] === 1 ? 0 : 2),
    }
  },
}
