import type { Segmentation } from './segmentation.js'

/** Test rows by the number of training events of their user or item: none, and thirds of the other rows. */
export const byEvents = (side: 'user' | 'item'): Segmentation => ({
  summary: `the number of training events of the ${side}: none, and thirds of the other test rows`,
  segments: ({ events, users, items }, test) => {
    const counts = new Int32Array((side === 'user' ? users : items).ids.count)
    for (const index of events[side]) if (index >= 0) counts[index]!++
    const countOf = (index: number) => (index < 0 ? 0 : counts[index]!)
    const ordered = Int32Array.from(test[side], countOf)
      .filter((count) => count > 0)
      .sort()
    // the last count of each third; equal counts are in one part
    const ends = [...new Set([1, 2, 3].flatMap((third) => ordered[Math.ceil((third * ordered.length) / 3) - 1] ?? []))]
    const name = (end: number, place: number) => {
      const from = place === 0 ? 1 : ends[place - 1]! + 1
      if (place + 1 === ends.length) return `${side} events ${from}+`
      return from === end ? `${side} events ${from}` : `${side} events ${from}-${end}`
    }
    return {
      names: [`${side} events 0`, ...ends.map(name)],
      of: (user, item) => {
        const count = countOf(side === 'user' ? user : item)
        if (count === 0) return 0
        const place = ends.findIndex((end) => count <= end)
        return 1 + (place < 0 ? ends.length - 1 : place)
      },
    }
  },
})
