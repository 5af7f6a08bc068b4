import type { Check } from '../check.js'
import { short } from '../compare.js'
import type { LossSubject } from './kind.js'
import { bound, objective, spread } from './objective.js'

/** Of several step widths each number takes the best. */
const STEPS = [1e-2, 3e-2, 3e-3, 1e-3, 3e-4]
/** Numbers of one table that are checked. */
const MOST_NUMBERS = 6
const TOLERANCE = 5e-2

/** The gradients of the objective by tables and weights against central differences of its value. */
export const gradients: Check<LossSubject> = {
  name: 'gradients',
  says: 'gradients of the objective agree with differences',
  backends: 'each',
  async *run({ uses }) {
    for (const { graph, label } of uses) {
      const own = await bound(graph)
      const { problem } = own
      const arrays = spread(own)
      const value = objective(own)
      const { tables, weights } = value.evaluate()
      const found = new Map([...tables, ...weights])
      for (const [name, slopes] of found) {
        if (!problem.trains.has(name)) continue
        const values = arrays.get(name)!
        const scale = Math.max(1e-2, ...slopes.map(Math.abs))
        for (const place of largest(slopes)) {
          const difference = (step: number) => {
            const kept = values[place]!
            const at = (number: number) => {
              values[place] = number
              const { loss, penalty } = value.evaluate()
              return [loss + penalty, values[place]!] as const
            }
            const [up, high] = at(kept + step)
            const [down, low] = at(kept - step)
            values[place] = kept
            return (up - down) / (high - low)
          }
          let best = Number.NaN
          for (const step of STEPS) {
            const one = difference(step)
            if (!(Math.abs(one - slopes[place]!) >= Math.abs(best - slopes[place]!))) best = one
            if (Math.abs(best - slopes[place]!) <= TOLERANCE * scale) break
          }
          if (!(Math.abs(best - slopes[place]!) <= TOLERANCE * scale)) {
            yield `the gradient by "${name}" is ${short(slopes[place])} at place ${place}, differences give ${short(best)}, ${label}`
            break
          }
        }
      }
    }
  },
}

/** The places of the largest numbers and some others: a wrong gradient shows where it is large. */
const largest = (values: Float32Array): readonly number[] => {
  const places = Array.from(values, (_, place) => place)
  const ranked = [...places].sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b)
  const every = Math.max(1, Math.floor(places.length / 3))
  return [
    ...new Set([...ranked.slice(0, MOST_NUMBERS - 2), ...places.filter((place) => place % every === 0).slice(0, 3)]),
  ]
}
