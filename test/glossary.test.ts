import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packages, root, text } from './workspace.js'

const page = text('docs/glossary.md')

/** The first cells of the rows of a table that follows a heading. */
const rows = (heading: string): readonly (readonly string[])[] =>
  page
    .split(`## ${heading}`)[1]!
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| ?(---|word|not) ?/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

/** Single words that names may not contain: `lease` forbids `leaseOf` and `Lease`, not `release`. */
const banned = rows('Words not used')
  .flatMap(([not]) => not!.split(','))
  .map((word) => word.trim().toLowerCase())
  .filter((word) => /^[a-z]+$/.test(word))

/** `keyBatchSampler` is key, batch, sampler. */
const parts = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_]+/)
    .map((part) => part.toLowerCase())

test('the glossary has both of its tables, and each word is explained once', () => {
  const words = rows('Words').flatMap(([names]) => names!.split(',').map((word) => word.trim()))
  expect(words.length).toBeGreaterThan(60)
  expect(words.filter((word, place) => words.indexOf(word) !== place)).toEqual([])
  expect(banned.length).toBeGreaterThan(15)
})

test.each(packages.map(({ folder, manifest }) => [manifest.name, folder]))(
  'no exported name of %s uses a word that the glossary does not',
  async (_, folder) => {
    const source = text(`${folder}/src/index.ts`)
    // types have no values at run time, so the names of the index file count too
    const names = new Set([
      ...Object.keys(await import(join(root, folder!, 'src/index.ts'))),
      ...[...source.matchAll(/\b(?:type )?([A-Za-z]\w+)(?=[,\s}])/g)].map((match) => match[1]!),
    ])
    expect([...names].filter((name) => parts(name).some((part) => banned.includes(part)))).toEqual([])
  },
)

test.each(packages.map(({ folder, manifest, sources }) => [manifest.name, folder, sources] as const))(
  'no file of %s is named by a word that the glossary does not use',
  (_, __, sources) => {
    const named = sources.filter((path) => banned.includes(path.split('/').at(-1)!.replace(/\..*$/, '')))
    expect(named).toEqual([])
  },
)
