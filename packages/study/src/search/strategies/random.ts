import { Type } from '@recspec/core'
import { strategy } from '../strategy.js'
import { untriedSettings } from '../untried.js'
import { trialCount } from './count.js'

/** Independent random settings (Bergstra and Bengio, JMLR 2012). */
export const random = strategy({
  summary: 'independent random settings',
  params: Type.Object({ trials: trialCount(50, 'how many trials') }, { additionalProperties: false }),
  trials: ({ trials }) => trials,
  propose: ({ trials }, asked) => {
    if (asked.number >= trials) return undefined
    const settings = untriedSettings(asked, 0x52)
    return settings && { settings }
  },
})
