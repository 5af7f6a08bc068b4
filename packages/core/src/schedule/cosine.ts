import { ends } from './ends.js'
import { scheduleKind } from './kind.js'

/** Half a wave of a cosine (Loshchilov and Hutter, ICLR 2017), without restarts. */
export const cosine = scheduleKind({
  summary: 'Half a wave of a cosine from one value to another, slow at both ends (Loshchilov and Hutter, ICLR 2017).',
  params: ends,
  at: ({ from, to }, share) => to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2,
})
