import type { FusedLoss } from '../kernels.js'
import { absoluteLoss } from './absolute.js'
import { bprLoss } from './bpr.js'
import { cclLoss } from './ccl.js'
import type { ListLoss } from './list.js'
import { logisticLoss } from './logistic.js'
import { softmaxLoss } from './softmax.js'
import { squaresLoss } from './squares.js'
import { warpLoss } from './warp.js'

export { absolute } from './absolute.js'
export { bpr } from './bpr.js'
export { ccl } from './ccl.js'
export { logistic } from './logistic.js'
export { softmax } from './softmax.js'
export { squares } from './squares.js'
export { harmonic, warp } from './warp.js'

/** Losses of the fused executor by name. */
export const losses: Readonly<Record<FusedLoss['name'], ListLoss>> = {
  squares: squaresLoss,
  absolute: absoluteLoss,
  logistic: logisticLoss,
  bpr: bprLoss,
  ccl: cclLoss,
  softmax: softmaxLoss,
  warp: warpLoss,
}
