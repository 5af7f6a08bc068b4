import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { failure } from '../exit.js'
import { fileReason, isFileError } from '../fileerror.js'
import { closest } from '../input/closest.js'
import { parseJsonc } from '../input/jsonc.js'
import { findUp } from './findup.js'

/** What `recspec.config.json` says, and the folder it is in. */
export interface ProjectConfig {
  readonly folder: string
  /** Package names or paths, resolved from `folder`. */
  readonly plugins: readonly string[]
}

const KEYS = ['plugins', '$schema']
const EXPECTED = 'expected { "plugins": ["package-name"] }'

/**
 * The nearest `recspec.config.json`: of the folder of `file` and those above it, else of the working directory and
 * those above it. Undefined where there is none; throws a `Failure` where it is invalid.
 */
export const readConfig = (cwd: string, file?: string): ProjectConfig | undefined => {
  const near = file === undefined ? undefined : findUp(dirname(resolve(cwd, file)), 'recspec.config.json')
  const path = near ?? findUp(cwd, 'recspec.config.json')
  if (!path) return undefined
  let config: unknown
  try {
    config = parseJsonc(readFileSync(path, 'utf8'))
  } catch (error) {
    throw failure(
      'plugin',
      `invalid ${path}: ${isFileError(error) ? fileReason(error) : (error as Error).message}`,
      EXPECTED,
    )
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw failure('plugin', `invalid ${path}: expected an object`, EXPECTED)
  const unknown = Object.keys(config).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) {
    const near = closest(unknown, KEYS)
    throw failure('plugin', `unknown property "${unknown}" in ${path}`, near ? `did you mean "${near}"?` : EXPECTED)
  }
  const plugins: unknown = 'plugins' in config ? config.plugins : []
  if (!Array.isArray(plugins) || plugins.some((name) => typeof name !== 'string'))
    throw failure('plugin', `invalid "plugins" in ${path}`, EXPECTED)
  return { folder: dirname(path), plugins }
}
