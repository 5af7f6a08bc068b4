import { Type } from '@recspec/core'
import { key } from '@recspec/kernels'
import { parzen } from '../parzen.js'
import { type Settings, settingsText } from '../space.js'
import { type Asked, strategy } from '../strategy.js'
import type { FinishedTrial } from '../trial.js'
import { triedSettings, untriedSettings } from '../untried.js'
import { trialCount } from './count.js'

/** Settings that are drawn from the density of good trials, of which the most promising is tried. */
const CANDIDATES = 24

/** How many of n trials count as good. */
const goodCount = (n: number) => Math.min(Math.ceil(0.1 * n), 25)

/**
 * The tree-structured Parzen estimator (Bergstra et al., NIPS 2011; Watanabe, 2023), multivariate: one density of the
 * settings of good trials, one of all others, and the settings where their ratio is highest. Trials whose results are
 * not known yet count as bad (constant liar), so that trials side by side differ.
 */
export const tpe = strategy({
  summary: 'settings where good trials are dense and the others are not (tree-structured Parzen estimator)',
  params: Type.Object(
    {
      trials: trialCount(50, 'how many trials'),
      startup: Type.Integer({ default: 10, minimum: 1, description: 'random trials at the start' }),
    },
    { additionalProperties: false },
  ),
  trials: ({ trials }) => trials,
  propose: ({ trials, startup }, asked) => {
    if (asked.number >= trials) return undefined
    const known = asked.finished.length >= startup ? promising(asked) : undefined
    const settings = known ?? untriedSettings(asked, 0x54)
    return settings && { settings }
  },
})

/** The settings with the highest ratio of densities among some candidates that no trial had. */
const promising = (asked: Asked): Settings | undefined => {
  const { space, seed, number, finished, pending } = asked
  const ranked = finished.toSorted((a, b) => compared(a.loss, b.loss) || a.number - b.number)
  const good = new Set(ranked.slice(0, goodCount(finished.length)).map(({ number }) => number))
  const settingsWhere = (isGood: boolean) =>
    [...finished, ...pending].filter((trial) => good.has(trial.number) === isGood).map(({ settings }) => settings)
  const near = parzen(space, settingsWhere(true))
  const far = parzen(space, settingsWhere(false))
  const tried = triedSettings(asked)
  let best: { readonly settings: Settings; readonly ratio: number } | undefined
  for (let candidate = 0; candidate < CANDIDATES; candidate++) {
    const settings = near.draw(key(seed, 0x54, number, 0x43, candidate))
    if (tried.has(settingsText(space, settings))) continue
    const ratio = near.logDensity(settings) - far.logDensity(settings)
    if (!best || ratio > best.ratio) best = { settings, ratio }
  }
  return best?.settings
}

// the difference of two infinite losses is no number
const compared = (a: FinishedTrial['loss'], b: FinishedTrial['loss']) => (a < b ? -1 : a > b ? 1 : 0)
