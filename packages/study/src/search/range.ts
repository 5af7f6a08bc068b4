import type { Dimension, Kernels, Setting } from './dimension.js'
import { type CutGaussian, logDensityAt, massBetween, quantile } from './gaussian.js'

/** How the numbers of a range lie between its ends. */
export interface RangeOptions {
  readonly range: readonly [low: number, high: number]
  readonly scale: 'linear' | 'log'
  readonly integer: boolean
}

/** Numbers between two ends as shares from 0 to 1; a whole number is an interval of them. */
interface Axis {
  share(value: number): number
  value(share: number): number
}

/** A dimension of numbers between two ends. */
export const range = (name: string, at: readonly string[], options: RangeOptions): Dimension => {
  const [low, high] = options.range
  const { integer } = options
  const ends = axis(low, high, options.scale)
  // each whole number has the same share of a linear scale
  const whole = integer ? axis(low - 0.5, high + 0.5, options.scale) : ends
  const settle = (value: number) => {
    const inside = Math.min(high, Math.max(low, value))
    // digits below the twelfth are rounding of the scale: 10, not 9.999999999999998
    return integer ? Math.round(inside) : Number(inside.toPrecision(12))
  }
  return {
    name,
    at,
    ends: [low, high].map((setting, place) => ({ place: ['range', `${place}`], setting })),
    pick: (share) => settle(whole.value(share)),
    grid: (steps) => [
      ...new Set(Array.from({ length: steps }, (_, step) => settle(ends.value(steps < 2 ? 0 : step / (steps - 1))))),
    ],
    kernels: (observed, dimensions) => rangeKernels(whole, settle, integer, observed, dimensions),
  }
}

const axis = (low: number, high: number, scale: 'linear' | 'log'): Axis => {
  const to = scale === 'log' ? Math.log : (value: number) => value
  const from = scale === 'log' ? Math.exp : (value: number) => value
  const [start, end] = [to(low), to(high)]
  const length = end - start
  return {
    share: (value) => (length > 0 ? (to(value) - start) / length : 0.5),
    // the ends themselves, free of rounding
    value: (share) => (share <= 0 ? low : share >= 1 ? high : from(start + share * length)),
  }
}

/** The deviation of a kernel as a share of its range, before it shrinks with the number of observations. */
const WIDTH = 0.1

/**
 * Cut normal kernels of one deviation, which falls with the number of observations, the slower the more dimensions
 * there are (Scott's rule).
 */
const rangeKernels = (
  whole: Axis,
  settle: (value: number) => number,
  integer: boolean,
  observed: readonly Setting[],
  dimensions: number,
): Kernels => {
  const count = observed.length
  const deviation = WIDTH * Math.max(1, count) ** (-1 / (dimensions + 4))
  const gaussians: readonly CutGaussian[] = [
    ...observed.map((setting) => ({ mean: whole.share(setting as number), deviation })),
    { mean: 0.5, deviation: 1 },
  ]
  return {
    draw: (kernel, share) => settle(whole.value(quantile(gaussians[kernel]!, share))),
    logDensity: (kernel, setting) => {
      const value = setting as number
      const gaussian = gaussians[kernel]!
      if (!integer) return logDensityAt(gaussian, whole.share(value))
      const mass = massBetween(gaussian, whole.share(value - 0.5), whole.share(value + 0.5))
      return Math.log(Math.max(mass, 1e-300))
    },
  }
}
