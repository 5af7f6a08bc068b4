import type { Interactions } from '@recspec/core'
import type { Check } from '../check.js'
import type { InputSubject } from './kind.js'
import { learnedOf } from './learned.js'

const whole: Interactions = {
  entities: [3, 0, 5, 1, 2],
  values: [1, 4, 2, 5, 3],
  times: [100, 250, 250, 900, 4000],
}

const first = (count: number): Interactions => ({
  entities: Array.from(whole.entities).slice(0, count),
  values: Array.from(whole.values!).slice(0, count),
  times: Array.from(whole.times!).slice(0, count),
})

/** Where a window says `causal`, each interaction gives one row that does not depend on later ones. */
export const causal: Check<InputSubject> = {
  name: 'causal',
  says: 'a row of a causal window does not depend on later interactions',
  applies: ({ input, uses }) =>
    input.reads === 'interactions' && uses.some(({ params }) => input.window?.(params).causal),
  async *run({ uses, input }) {
    for (const { graph, cells, label, params } of uses) {
      if (!input.window?.(params).causal) continue
      const [size] = input.shape(params)
      // a bounded list drops its oldest entries
      if (typeof size === 'number' && size < whole.entities.length) continue
      const learned = await learnedOf({ graph, cells }, input).catch(() => undefined)
      if (!learned) continue
      const { state } = learned
      const encode = (value: Interactions) => {
        const { rows = [], values } = input.encode(params, state, value as never)
        return Array.from(rows, (row, place) => `${row}${values ? ` × ${values[place]}` : ''}`)
      }
      const all = encode(whole)
      for (let count = 1; count <= whole.entities.length; count++) {
        const found = encode(first(count))
        const place = found.findIndex((row, k) => row !== all[k])
        if (place < 0 && found.length <= count) continue
        yield place < 0
          ? `gives ${found.length} rows for ${count} interactions, ${label}`
          : `interaction ${place + 1} has ${found[place]} among the first ${count} and ${all[place]} among ${whole.entities.length}, ${label}`
        break
      }
    }
  },
}
