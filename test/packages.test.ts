import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesUnder, packages, root, text } from './workspace.js'

test('the workspace is the packages of the design', () => {
  expect(packages.map(({ manifest }) => manifest.name).sort()).toEqual([
    '@recspec/backend',
    '@recspec/core',
    '@recspec/data',
    '@recspec/dsl',
    '@recspec/export',
    '@recspec/kernels',
    '@recspec/plugin-autoencoder',
    '@recspec/plugin-imf',
    '@recspec/plugin-ncf',
    '@recspec/plugin-text',
    '@recspec/report',
    '@recspec/study',
    '@recspec/testing',
    'create-recspec-plugin',
    'recspec',
  ])
})

describe.each(packages.map((item) => [item.manifest.name, item] as const))('%s', (name, { folder, manifest }) => {
  test('has a README that begins with its name', () => {
    expect(text(`${folder}/README.md`)).toMatch(new RegExp(`^# \`?${name}\`?\\s`))
  })

  test('is ES modules with types, free of side effects, under Apache-2.0, for Node 20.19 and newer', () => {
    expect(manifest.type).toBe('module')
    expect(manifest.types).toMatch(/^\.\/dist\/.*\.d\.ts$/)
    expect(manifest.exports?.['.']?.types).toBe(manifest.types)
    expect(Object.keys(manifest.exports!['.']!).at(-1)).toBe('default')
    expect(manifest.sideEffects).toBe(false)
    expect(manifest.license).toBe('Apache-2.0')
    expect(manifest.engines?.node).toBe('>=20.19')
  })

  test('publishes its sources without their tests', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'src', '!src/**/*.test.ts']))
  })

  test('is a plugin by keyword and peer dependency exactly when its name says so', () => {
    const plugin = name.startsWith('@recspec/plugin-')
    expect(manifest.keywords?.includes('recspec-plugin')).toBe(plugin)
    expect('@recspec/core' in (manifest.peerDependencies ?? {})).toBe(plugin)
  })
})

test('no file is a drawer for what has no place', () => {
  const drawers = packages.flatMap(({ folder }) =>
    filesUnder(folder).filter((path) => /(^|\/)(utils?|helpers?|common|misc|shared|lib)(\/|\.[jt]s$)/.test(path)),
  )
  expect(drawers).toEqual([])
})

test('source files are named by lower-case words', () => {
  const others = packages.flatMap(({ folder, sources }) =>
    sources.filter((path) => !/^src\/([a-z0-9]+\/)*[a-z0-9]+(\.d)?\.ts$/.test(path)).map((path) => `${folder}/${path}`),
  )
  expect(others).toEqual([])
})

test('nothing names a place of the machine that it was written on', () => {
  const absolute = /(^|[\s'"`(=:])\/(work|root|home|Users|tmp)\/[\w.-]+/m
  const readable = /\.(ts|js|mjs|json|jsonc|md|txt|yaml|yml)$|(^|\/)run$/
  const found = filesUnder('.').filter(
    (path) => readable.test(path) && !path.startsWith('test/') && absolute.test(text(path)),
  )
  expect(found).toEqual([])
})

test('the command is linked before anything is built', () => {
  expect(existsSync(join(root, 'packages/cli/bin/recspec.js'))).toBe(true)
  expect(existsSync(join(root, 'node_modules/.bin/recspec'))).toBe(true)
})
