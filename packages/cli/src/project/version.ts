import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findUp } from './findup.js'

/** The version of this package, from the nearest manifest above `src` or `dist`. */
export const version = (): string => {
  const manifest = findUp(fileURLToPath(new URL('.', import.meta.url)), 'package.json')!
  return JSON.parse(readFileSync(manifest, 'utf8')).version as string
}
