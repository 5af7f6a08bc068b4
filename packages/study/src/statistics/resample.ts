import { below, key } from '@recspec/kernels'

/** A number of a sample of units (users, usually): `units` names them by index, as often as they were drawn. */
export type Statistic = (units: Int32Array) => number

/** How many samples are drawn, and from which seed. */
export interface ResampleOptions {
  readonly samples: number
  readonly seed: number
}

/** The label of draws of the bootstrap among the keys of a seed. */
const BOOTSTRAP = 0x4253

/**
 * Values of statistics over bootstrap samples: `count` units drawn with replacement out of `count` (Efron, Annals of
 * Statistics 1979). All statistics see the same samples, so differences between them are paired.
 */
export const resample = (
  count: number,
  statistics: readonly Statistic[],
  { samples, seed }: ResampleOptions,
): readonly Float64Array[] => {
  const values = statistics.map(() => new Float64Array(samples))
  const units = new Int32Array(count)
  for (let sample = 0; sample < samples; sample++) {
    const own = key(seed, BOOTSTRAP, sample)
    for (let place = 0; place < count; place++) units[place] = below(count, own, place)
    for (const [index, statistic] of statistics.entries()) values[index]![sample] = statistic(units)
  }
  return values
}

/** Every unit once: the sample that was observed. */
export const everyUnit = (count: number): Int32Array => Int32Array.from({ length: count }, (_, unit) => unit)
