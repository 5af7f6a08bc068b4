import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import { numeric, numerics } from './cells.js'

/** Intervals where neither their number nor their bounds are given. */
const COUNT = 10

/** One row per interval of a number, cut at given bounds or at quantiles; row 0 where the number is missing. */
export const bucket = input({
  summary:
    'One row per interval of a number, and one for a missing number; intervals are cut at quantiles of the training rows, or at given bounds.',
  params: Type.Object(
    {
      count: Type.Optional(
        Type.Integer({
          minimum: 2,
          maximum: 10_000,
          description: `number of intervals between quantiles, fewer where values repeat; default: ${COUNT}`,
        }),
      ),
      bounds: Type.Optional(
        Type.Array(Type.Number(), {
          minItems: 1,
          description:
            'where intervals begin, ascending, instead of quantiles: [18, 25] makes three, and 18 is in the second',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'column',
  numeric: true,
  entities: ['user', 'item', 'event'],
  shape: ({ count, bounds = [] }) => {
    if (count !== undefined && bounds.length > 0) throw new Error('takes "count" or "bounds", got both')
    const wrong = bounds.findIndex((bound, place) => place > 0 && bound <= bounds[place - 1]!)
    if (wrong > 0) throw new Error(`needs ascending "bounds", got ${bounds[wrong]} after ${bounds[wrong - 1]}`)
    return []
  },
  learn: ({ count = COUNT, bounds }, { training }): { cuts: readonly number[] } => {
    if (bounds) return { cuts: bounds }
    const values = Float64Array.from(numerics(training)).sort()
    const cuts = new Set<number>()
    for (let cut = 1; cut < count; cut++) {
      const value = values[Math.floor((cut * values.length) / count)]
      // a cut at the smallest value would make an empty interval below it
      if (value !== undefined && value > values[0]!) cuts.add(value)
    }
    return { cuts: [...cuts] }
  },
  height: (_, { cuts }) => cuts.length + 2,
  encode: (_, { cuts }, value) => {
    const number = numeric(value)
    return { rows: [number === undefined ? 0 : 1 + below(cuts, number)] }
  },
})

/** Number of ascending cuts ≤ a number. */
const below = (cuts: readonly number[], number: number): number => {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (cuts[middle]! <= number) low = middle + 1
    else high = middle
  }
  return low
}
