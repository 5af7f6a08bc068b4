export { type CompareOptions, compare } from './compare.js'
export type * from './comparison.js'
export { type Mismatch, mismatchOf } from './pairing.js'
