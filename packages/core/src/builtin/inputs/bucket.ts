import Type from 'typebox'
import { input } from '../../contract/input.js'
import { numeric, numerics } from './cells.js'

/** The row of the interval that a number falls into, cut at quantiles of training rows; row 0 where it is missing. */
export const bucket = input({
  summary: 'One row for each interval of a number, cut at quantiles of the training rows.',
  params: Type.Object(
    {
      count: Type.Integer({
        default: 10,
        minimum: 2,
        maximum: 10_000,
        description: 'intervals; fewer where values repeat',
      }),
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: () => [],
  learn: ({ count }, { training }): { cuts: readonly number[] } => {
    const values = Float64Array.from(numerics(training)).sort()
    const cuts = new Set<number>()
    for (let cut = 1; cut < count; cut++) {
      const value = values[Math.floor((cut * values.length) / count)]
      // a cut at the smallest value would leave nothing below it
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

/** How many of the ascending cuts a number has reached. */
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
