// Every loss with a kernel, one line each: its reference is its file here, its kernel that in assembly/losses.
export { absolute } from './absolute.js'
export { bpr } from './bpr.js'
export { ccl } from './ccl.js'
export { logistic } from './logistic.js'
export { softmax } from './softmax.js'
export { squares } from './squares.js'
export { warp } from './warp.js'
