import { describe, expect, test } from 'vitest'
import { imported, type Package, packages, text } from './workspace.js'

const PLUGINS = ['autoencoder', 'imf', 'ncf', 'text'].map((name) => `@recspec/plugin-${name}`)

/** Which packages of ours the sources of each may import; tests may import more. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  '@recspec/kernels': [],
  '@recspec/backend': ['@recspec/kernels'],
  '@recspec/core': ['@recspec/backend', '@recspec/kernels'],
  '@recspec/dsl': ['@recspec/core', '@recspec/study'],
  '@recspec/data': ['@recspec/core', '@recspec/kernels'],
  '@recspec/study': ['@recspec/core', '@recspec/kernels'],
  '@recspec/report': ['@recspec/core', '@recspec/study'],
  '@recspec/export': ['@recspec/core'],
  '@recspec/testing': ['@recspec/core', '@recspec/dsl', '@recspec/kernels'],
  ...Object.fromEntries(PLUGINS.map((name) => [name, ['@recspec/core', '@recspec/kernels']])),
  'create-recspec-plugin': [],
  recspec: [
    ...['core', 'data', 'dsl', 'export', 'kernels', 'report', 'study', 'testing'].map((name) => `@recspec/${name}`),
    ...PLUGINS,
  ],
}

/** The package of an import: `@scope/name` or `name`; undefined for files of one's own. */
const packageOf = (specifier: string): string | undefined => {
  if (/^[.#]/.test(specifier) || specifier.startsWith('node:')) return undefined
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

const importsOf = ({ folder, sources }: Package, files = sources) =>
  files.flatMap((path) => imported(text(`${folder}/${path}`)).map((specifier) => ({ path, specifier })))

/** Source files that package.json's "imports" name under a condition. */
const behindConditions = ({ manifest }: Package): string[] =>
  [...JSON.stringify(manifest.imports ?? {}).matchAll(/"\.\/src\/([^"]+)"/g)].map((match) => `src/${match[1]}`)

test('every package has its place in the order of the packages', () => {
  expect(packages.map(({ manifest }) => manifest.name).sort()).toEqual(Object.keys(allowed).sort())
})

describe.each(packages.map((item) => [item.manifest.name, item] as const))('%s', (name, item) => {
  test('imports only packages below it', () => {
    const ours = importsOf(item).filter(({ specifier }) => /^(@recspec\/|recspec(\/|$))/.test(specifier))
    expect(ours.filter(({ specifier }) => !allowed[name]!.includes(specifier))).toEqual([])
  })

  test('imports only what its own package.json lists', () => {
    const { dependencies = {}, peerDependencies = {} } = item.manifest
    const listed = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
    const others = importsOf(item).filter(({ specifier }) => {
      const owner = packageOf(specifier)
      return owner !== undefined && !listed.has(owner)
    })
    expect(others).toEqual([])
  })

  test('lists no package that neither it nor its tests import', () => {
    const used = new Set(importsOf(item, [...item.sources, ...item.tests]).map(({ specifier }) => packageOf(specifier)))
    expect(Object.keys(item.manifest.dependencies ?? {}).filter((dependency) => !used.has(dependency))).toEqual([])
  })

  test('nothing in it is exported by default', () => {
    const found = item.sources.filter((path) => /^export default/m.test(text(`${item.folder}/${path}`)))
    expect(found).toEqual([])
  })
})

/** Packages that run under Node only: files, test runners, the command. */
const ofNode: readonly string[] = ['@recspec/data', '@recspec/testing', 'create-recspec-plugin', 'recspec']
const browserSafe = packages.filter(({ manifest }) => !ofNode.includes(manifest.name))

describe.each(browserSafe.map((item) => [item.manifest.name, item] as const))('in a browser, %s', (_, item) => {
  const shielded = new Set(behindConditions(item))

  test('reads nothing of Node outside files that only a condition of Node reaches', () => {
    expect(
      importsOf(item).filter(({ path, specifier }) => specifier.startsWith('node:') && !shielded.has(path)),
    ).toEqual([])
  })

  test('names neither process, Buffer nor require', () => {
    const node = /(?<![\w.'"`-])(process\.(env|argv|cwd|exit|stdout|stderr|platform|versions)|Buffer\.|require\()/
    const found = item.sources.filter((path) => !shielded.has(path) && node.test(text(`${item.folder}/${path}`)))
    expect(found).toEqual([])
  })
})
