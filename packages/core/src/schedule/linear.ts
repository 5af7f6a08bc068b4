import { ends } from './ends.js'
import { scheduleKind } from './kind.js'

/** Linear interpolation. */
export const linear = scheduleKind({
  summary: 'Linear from one value to another.',
  params: ends,
  at: ({ from, to }, share) => from + (to - from) * Math.min(1, share),
  keras: 's["from"] + (s["to"] - s["from"]) * m.minimum(1, share)',
})
