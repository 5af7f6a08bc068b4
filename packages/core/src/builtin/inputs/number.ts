import Type from 'typebox'
import { input } from '../../contract/input.js'
import type { Cell } from '../../dataset/column.js'
import { numeric, numerics } from './cells.js'

/** A number, optionally scaled by statistics of the training rows. */
export const number = input({
  summary: 'A number, optionally scaled.',
  params: Type.Object(
    {
      scale: Type.Enum(['none', 'standard', 'range', 'log'], {
        default: 'none',
        description: '`standard`: mean 0 and standard deviation 1; `range`: 0 to 1; `log`: sign(x) ln(1 + |x|)',
      }),
      missing: Type.Enum(['mean', 'zero', 'error'], {
        default: 'mean',
        description: 'a missing number becomes the training mean, becomes 0, or is an error in the data',
      }),
    },
    { additionalProperties: false },
  ),
  gives: 'numbers',
  reads: 'column',
  numeric: true,
  entities: ['user', 'item', 'event'],
  shape: () => [1],
  learn: ({ scale, missing }, { all, training }): { mean: number; shift: number; factor: number } => {
    if (missing === 'error') complete(all)
    const { count, mean, variance, low, high } = moments(training)
    if (count === 0) {
      for (const cell of training) if (cell !== undefined) throw new Error(`needs a column of numbers, got "${cell}"`)
      return { mean: 0, shift: 0, factor: 1 }
    }
    return { mean, ...scales[scale](mean, Math.sqrt(variance), low, high) }
  },
  encode: ({ scale, missing }, { mean, shift, factor }, value) => {
    const number = numeric(value) ?? (missing === 'zero' ? 0 : mean)
    return { values: [scale === 'log' ? Math.sign(number) * Math.log1p(Math.abs(number)) : (number - shift) * factor] }
  },
})

/** Throws at the first cell that is not a number. Not in `encode`: an unknown user has no cells, and no error. */
const complete = (cells: Iterable<Cell>): void => {
  for (const cell of cells)
    if (numeric(cell) === undefined) throw new Error(cell === undefined ? 'missing number' : `invalid number "${cell}"`)
}

type Scale = (mean: number, deviation: number, low: number, high: number) => { shift: number; factor: number }

const unchanged: Scale = () => ({ shift: 0, factor: 1 })

/** A constant column is only shifted. */
const scales: Readonly<Record<'none' | 'standard' | 'range' | 'log', Scale>> = {
  none: unchanged,
  log: unchanged,
  standard: (mean, deviation) => ({ shift: mean, factor: deviation > 0 ? 1 / deviation : 1 }),
  range: (_, __, low, high) => ({ shift: low, factor: high > low ? 1 / (high - low) : 1 }),
}

/** Count, mean, variance and bounds in one pass (Welford, 1962). */
const moments = (cells: Iterable<Cell>) => {
  let count = 0
  let mean = 0
  let squares = 0
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of numerics(cells)) {
    count++
    const gap = value - mean
    mean += gap / count
    squares += gap * (value - mean)
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return { count, mean, variance: count > 0 ? squares / count : 0, low, high }
}
