import { sampler, Type } from '@recspec/core'
import { key, uniform } from '@recspec/kernels'

/** Items by how long ago they were last met: half the weight for each half-life. */
export const recent = sampler({
  summary: 'items by how long ago they were last met',
  params: Type.Object(
    { halfLife: Type.Number({ default: 10, exclusiveMinimum: 0, description: 'in units of the time column' }) },
    { additionalProperties: false },
  ),
  weights: ({ halfLife }, { events, items }) => {
    if (!events.time) throw new Error('needs times')
    const last = new Float64Array(items.ids.count).fill(-Infinity)
    events.item.forEach((item, row) => {
      if (item >= 0) last[item] = Math.max(last[item]!, events.time![row]!)
    })
    const now = last.reduce((most, time) => Math.max(most, time), -Infinity)
    return last.map((time) => 2 ** ((time - now) / halfLife))
  },
})

/** Half of the draws from a window of items that is the user's own, half from all. */
export const own = sampler({
  summary: 'half from a window of items of the user, half from all items',
  params: Type.Object(
    { width: Type.Integer({ default: 8, minimum: 1, maximum: 1000, description: 'items in the window' }) },
    { additionalProperties: false },
  ),
  draws: ({ width }, { items }) => {
    const { count } = items.ids
    const size = Math.min(width, count)
    const first = (user: number) => (7 * (user + 1)) % count
    return {
      item: (user, stream, draw) => {
        const numbers = key(stream, 1)
        const inWindow = uniform(numbers, 2 * draw) < 0.5
        const place = Math.floor(uniform(numbers, 2 * draw + 1) * (inWindow ? size : count))
        return inWindow ? (first(user) + place) % count : place
      },
      logQ: (user, item) => {
        const inWindow = (item - first(user) + count) % count < size
        return Math.log(0.5 / count + (inWindow ? 0.5 / size : 0))
      },
    }
  },
})
