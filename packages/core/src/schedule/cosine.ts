import { ends } from './ends.js'
import { scheduleKind } from './kind.js'

/** Cosine annealing without restarts (Loshchilov and Hutter, ICLR 2017). */
export const cosine = scheduleKind({
  summary: 'Cosine annealing from one value to another, without restarts (Loshchilov and Hutter, ICLR 2017).',
  params: ends,
  at: ({ from, to }, share) => to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2,
  keras: 's["to"] + (s["from"] - s["to"]) * (1 + m.cos(np.pi * m.minimum(1, share))) / 2',
})
