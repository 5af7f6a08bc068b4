import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TFJS_NODE } from './versions.mjs'

const SHIM = `// tfjs-node ${TFJS_NODE} calls two predicates that Node 22 deprecates and Node 23 and later lack.
const util = require('node:util')
util.isNullOrUndefined = value => value === null || value === undefined
util.isArray = Array.isArray
`
const ENTRY = `// Registers the backend "tensorflow" with every copy of tfjs-core 4.x in this process (they share one engine).
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
// with oneDNN the library greets every process on stderr whatever the log level; it gains 25 % on large products only
process.env.TF_ENABLE_ONEDNN_OPTS ??= '0'
require('./shim.cjs')
const { warn } = console
console.warn = (...args) => { if (!String(args[0]).startsWith('Platform node has already been set')) warn(...args) }
try {
  module.exports = require('@tensorflow/tfjs-node')
} finally {
  console.warn = warn
}
`

/** Writes what programs load: the package behind the predicates of `util` that Node 23 removed. */
export function writeEntry(folder) {
  writeFileSync(join(folder, 'shim.cjs'), SHIM)
  writeFileSync(join(folder, 'index.cjs'), ENTRY)
}
