export type * from './kernels.js'
export { type Opening, openKernels } from './open.js'
export * from './random.js'
export { adagrad, adam, initialState, rmsprop, sgd, slots } from './rules/index.js'
