export { type CheckResult, check, compile, compileDocument } from './compile.js'
export {
  type Diagnostic,
  type Diagnostics,
  type DocumentSource,
  type Override,
  print,
  printAll,
  SpecError,
} from './diagnostic.js'
export { documentWith, limits } from './parse.js'
export { schema } from './schema.js'
export { compileStored } from './stored.js'
export { defineSpec } from './typed/definespec.js'
export type { SpecDocument } from './typed/document.js'
