import type { Graph } from '@recspec/core'
import { pythonString } from '../python.js'

/** Lines of a list, indented by `depth` levels of four spaces. */
export const indented = (lines: readonly string[], depth: number): string =>
  lines.map((line) => `${'    '.repeat(depth)}${line}`).join('\n')

/** An entry on each line. */
export const dictionary = (name: string, entries: readonly (readonly [string, string])[]): string =>
  entries.length === 0
    ? `${name} = {}`
    : `${name} = {\n${entries.map(([key, value]) => `    ${pythonString(key)}: ${value},`).join('\n')}\n}`

/** Imports in groups; `ops of keras` is a name of a module. */
export const importing = (...groups: readonly (readonly string[])[]): string =>
  groups
    .map((names) =>
      names
        .map((name) => name.replace(/^(\w+) of (\w+)$/, 'from $2 import $1'))
        .map(importLine)
        .join('\n'),
    )
    .join('\n\n')

const importLine = (line: string): string => (line.startsWith('from ') ? line : `import ${line}`)

/** The name of a document, as texts quote it. */
export const title = ({ name }: Graph): string => name.replace(/["\\]/g, "'")

/** Sizes as a tuple of Python. */
export const pythonTuple = (sizes: readonly number[]): string => `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`
