import { createRequire } from 'node:module'
import { join } from 'node:path'
import { findUp } from './findup.js'

/** The result of looking for tfjs-node. */
export interface Tensorflow {
  /** Where it was loaded from; absent when it does not work. */
  readonly path?: string
  /** Why it is absent. */
  readonly reason?: string
}

/**
 * Loads tfjs-node, which registers the backend "tensorflow", from `.tensorflow/` in this directory or above it, or from
 * the package `@tensorflow/tfjs-node`. Never throws.
 */
export const loadTensorflow = (cwd: string): Tensorflow => {
  const require = createRequire(join(cwd, 'recspec.cjs'))
  const path = findUp(cwd, join('.tensorflow', 'index.cjs')) ?? resolved(require)
  if (!path) return { reason: '@tensorflow/tfjs-node is not installed' }
  const { warn } = console
  const native = process.env['TF_CPP_MIN_LOG_LEVEL']
  try {
    restorePredicates(require)
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
    // two copies of tfjs-core share one engine on purpose: their warnings about it are suppressed
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
const restorePredicates = (require: NodeJS.Require) => {
  const util = require('node:util')
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined
  util.isArray = Array.isArray
}
