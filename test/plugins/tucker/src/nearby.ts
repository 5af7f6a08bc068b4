import { candidateSet, rankLists, seenBy, Type } from '@recspec/core'

/** The items whose numbers are next to that of the held-out one, without those of the user's training rows. */
export const nearby = candidateSet({
  summary: 'items next to the held-out one in the data',
  params: Type.Object(
    { radius: Type.Integer({ default: 5, minimum: 1, maximum: 1000, description: 'how many on either side' }) },
    { additionalProperties: false },
  ),
  protocol: ({ radius }) => `nearby-${radius}`,
  rank: ({ radius }, task) => {
    const items = task.training.items.ids.count
    return rankLists(task, (cell) => {
      const target = task.item[cell]!
      const seen = new Set(seenBy(task, task.user[cell]!))
      return Array.from({ length: 2 * radius + 1 }, (_, place) => target - radius + place).filter(
        (item) => item >= 0 && item < items && !seen.has(item),
      )
    })
  },
})
