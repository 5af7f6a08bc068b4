import { parzen } from './parzen.js'
import type { Space } from './space.js'
import type { FinishedTrial } from './trial.js'

/** The share of trials that count as good. */
const GOOD = 0.25

/** Points at which the densities of a range are compared. */
const POINTS = 100

/**
 * How much each dimension matters for being among the best quarter of the trials, by its name: PED-ANOVA (Watanabe et
 * al., IJCAI 2023), the Pearson divergence of the density of good trials from that of all, one dimension at a time.
 * Shares sum to 1; all are 0 where no dimension tells good trials from others, or fewer than 4 trials did not fail.
 */
export const importance = (space: Space, trials: readonly FinishedTrial[]): Readonly<Record<string, number>> => {
  const ranked = trials.filter(({ loss }) => loss < Infinity).toSorted((a, b) => a.loss - b.loss || a.number - b.number)
  const good = ranked.slice(0, Math.ceil(GOOD * ranked.length))
  const divergences = space.map((dimension): readonly [string, number] => {
    if (ranked.length < 4) return [dimension.name, 0]
    const alone = [dimension]
    const near = parzen(
      alone,
      good.toSorted((a, b) => a.number - b.number).map(({ settings }) => settings),
    )
    const all = parzen(
      alone,
      ranked.toSorted((a, b) => a.number - b.number).map(({ settings }) => settings),
    )
    const points = dimension.grid(POINTS).map((setting) => {
      const settings = { [dimension.name]: setting }
      return { near: Math.exp(near.logDensity(settings)), all: Math.exp(all.logDensity(settings)) }
    })
    const sums = points.reduce((sum, point) => ({ near: sum.near + point.near, all: sum.all + point.all }))
    const divergence = points.reduce((sum, point) => {
      const [p, q] = [point.near / sums.near, point.all / sums.all]
      return sum + (p / q - 1) ** 2 * q
    }, 0)
    return [dimension.name, divergence]
  })
  const total = divergences.reduce((sum, [, divergence]) => sum + divergence, 0)
  return Object.fromEntries(divergences.map(([name, divergence]) => [name, total > 0 ? divergence / total : 0]))
}
