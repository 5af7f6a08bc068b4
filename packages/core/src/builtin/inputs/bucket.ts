import Type from 'typebox'
import { input } from '../../contract/input.js'
import { numeric, numerics } from './cells.js'

/** One row per interval of a number, cut at quantiles of the training rows; row 0 where the number is missing. */
export const bucket = input({
  summary: 'One row per interval of a number; intervals are cut at quantiles of the training rows.',
  params: Type.Object(
    {
      count: Type.Integer({
        default: 10,
        minimum: 2,
        maximum: 10_000,
        description: 'number of intervals; fewer where values repeat',
      }),
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'column',
  numeric: true,
  entities: ['user', 'item', 'event'],
  shape: () => [],
  learn: ({ count }, { training }): { cuts: readonly number[] } => {
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
