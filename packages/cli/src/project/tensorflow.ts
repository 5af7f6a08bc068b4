import { createRequire } from 'node:module'
import { join } from 'node:path'
import { findUp } from './findup.js'

/** What became of looking for tfjs-node. */
export interface Tensorflow {
  /** Where it was loaded from; absent when there is none that works. */
  readonly path?: string
  /** Why it is not there. */
  readonly reason?: string
}

/**
 * Loads tfjs-node where someone has installed it (`.tensorflow/` in this directory or above, or the package
 * `@tensorflow/tfjs-node`), which registers the backend "tensorflow". Never fails.
 */
export const loadTensorflow = (cwd: string): Tensorflow => {
  const require = createRequire(join(cwd, 'recspec.cjs'))
  const path = findUp(cwd, join('.tensorflow', 'index.cjs')) ?? resolved(require)
  if (!path) return { reason: '@tensorflow/tfjs-node is not installed' }
  const { warn } = console
  const native = process.env['TF_CPP_MIN_LOG_LEVEL']
  try {
    mend(require)
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
    // two copies of tfjs-core share one engine on purpose; what they say about it helps nobody
    console.warn = () => {}
    require(path)
    return { path }
  } catch (error) {
    if (native === undefined) delete process.env['TF_CPP_MIN_LOG_LEVEL']
    const [line] = (error as Error).message.split('\n')
    return { reason: `${path} does not load: ${line}` }
  } finally {
    console.warn = warn
  }
}

const resolved = (require: NodeJS.Require): string | undefined => {
  try {
    return require.resolve('@tensorflow/tfjs-node')
  } catch {
    return undefined
  }
}

/** tfjs-node 4.22 calls two predicates that Node 22 deprecates and Node 23 and later lack. */
const mend = (require: NodeJS.Require) => {
  const util = require('node:util')
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined
  util.isArray = Array.isArray
}
