import { key } from '@recspec/kernels'
import { randomSettings, type Settings, settingsText } from './space.js'
import type { Asked } from './strategy.js'

/** How often random settings are drawn before a space counts as used up. */
const DRAWS = 200

/** The settings that trials have had so far, as texts. */
export const triedSettings = ({ space, finished, pending }: Asked): ReadonlySet<string> =>
  new Set([...finished, ...pending].map(({ settings }) => settingsText(space, settings)))

/** Random settings that no trial had: a training is never repeated. Undefined where hardly any are left. */
export const untriedSettings = (asked: Asked, stream: number): Settings | undefined => {
  const tried = triedSettings(asked)
  for (let draw = 0; draw < DRAWS; draw++) {
    const settings = randomSettings(asked.space, key(asked.seed, stream, asked.number, draw))
    if (!tried.has(settingsText(asked.space, settings))) return settings
  }
  return undefined
}
