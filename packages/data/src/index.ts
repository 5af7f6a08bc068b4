export { DataDocument } from './document.js'
export { DataError, type DataErrorCode } from './error.js'
export { type FileReport, type Reading, type ReadOptions, readDataset } from './read.js'
export type { Reason, Reject } from './reject.js'
