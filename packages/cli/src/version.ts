import { readFileSync } from 'node:fs'

/** The version of this package; `src` and `dist` are both one folder below its manifest. */
export const version = (): string =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version as string
