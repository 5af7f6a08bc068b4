import type { FusedLoss } from '../kernels.js'

/** Codes of assembly/losses/index.ts. */
export const losses: Readonly<Record<FusedLoss['name'], number>> = {
  squares: 0,
  absolute: 1,
  logistic: 2,
  bpr: 3,
  ccl: 4,
  softmax: 5,
  warp: 6,
}
