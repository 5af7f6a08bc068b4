export type * from './kernels.js'
export * from './random.js'
