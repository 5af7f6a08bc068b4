import type { Static } from 'typebox'
import { Type } from '../../contract/type.js'

/** The parameter that scales numbers by what training rows say of them. */
export const scaleParam = <D extends 'none' | 'log'>(preset: D) =>
  Type.Enum(['none', 'standard', 'range', 'log'], {
    default: preset,
    description: '`standard`: mean 0 and standard deviation 1; `range`: 0 to 1; `log`: sign(x) ln(1 + |x|)',
  })

/** The parameter that says what a missing number becomes. */
export const missingParam = Type.Enum(['mean', 'zero', 'flag', 'error'], {
  default: 'mean',
  description:
    'a missing number becomes the training mean, or 0; `flag`: the mean, and a second number is 1 where it is missing and 0 elsewhere; `error`: an error in the data',
})

type Missing = Static<typeof missingParam>
type ScaleName = 'none' | 'standard' | 'range' | 'log'

/** The mean of the training rows, and x ↦ (x − shift) · factor. */
export interface Scaling {
  readonly mean: number
  readonly shift: number
  readonly factor: number
}

/** How many numbers a scaled number is: with `flag` a second one says whether it is missing. */
export const scaledShape = ({ missing }: { missing: Missing }) => [missing === 'flag' ? 2 : 1]

/** Learns a scaling from numbers of the training rows; undefined where there are none. */
export const learnScaling = (scale: ScaleName, numbers: Iterable<number>): Scaling | undefined => {
  const { count, mean, variance, low, high } = moments(numbers)
  return count === 0 ? undefined : { mean, ...scales[scale](mean, Math.sqrt(variance), low, high) }
}

/** No number is known: nothing is scaled, and a missing one is 0. */
export const unscaled: Scaling = { mean: 0, shift: 0, factor: 1 }

/** A number, or what stands for a missing one, scaled. */
export const scaled = (
  { scale, missing }: { scale: ScaleName; missing: Missing },
  { mean, shift, factor }: Scaling,
  value: number | undefined,
): readonly number[] => {
  const number = value ?? (missing === 'zero' ? 0 : mean)
  const result = scale === 'log' ? Math.sign(number) * Math.log1p(Math.abs(number)) : (number - shift) * factor
  return missing === 'flag' ? [result, value === undefined ? 1 : 0] : [result]
}

type Scale = (mean: number, deviation: number, low: number, high: number) => { shift: number; factor: number }

const unchanged: Scale = () => ({ shift: 0, factor: 1 })

/** A constant column is only shifted. */
const scales: Readonly<Record<ScaleName, Scale>> = {
  none: unchanged,
  log: unchanged,
  standard: (mean, deviation) => ({ shift: mean, factor: deviation > 0 ? 1 / deviation : 1 }),
  range: (_, __, low, high) => ({ shift: low, factor: high > low ? 1 / (high - low) : 1 }),
}

/** Count, mean, variance and bounds in one pass (Welford, 1962). */
const moments = (numbers: Iterable<number>) => {
  let count = 0
  let mean = 0
  let squares = 0
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of numbers) {
    count++
    const gap = value - mean
    mean += gap / count
    squares += gap * (value - mean)
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return { count, mean, variance: count > 0 ? squares / count : 0, low, high }
}
