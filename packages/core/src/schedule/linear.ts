import { ends } from './ends.js'
import { scheduleKind } from './kind.js'

/** A straight line. */
export const linear = scheduleKind({
  summary: 'A straight line from one value to another.',
  params: ends,
  at: ({ from, to }, share) => from + (to - from) * Math.min(1, share),
})
