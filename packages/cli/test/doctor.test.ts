import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
  // the plugins find core as this package does
  await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(here.directory, 'node_modules'))
  await plugin('broken', "() => ({ is: 'dot', normalized: true })")
  await plugin('fine', "() => ({ is: 'dot', normalized: false })")
})
afterAll(() => here.close())

/** A package with an op that says that it is a dot product, by this form. */
const plugin = async (name: string, form: string) => {
  const folder = join(here.directory, name)
  await mkdir(folder)
  const manifest = { name: `recspec-plugin-${name}`, version: '1.2.3', type: 'module', main: 'index.js' }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(
    join(folder, 'index.js'),
    `import { layer, Type, tf } from '@recspec/core'
const bilinear = layer({
  summary: 'A dot product.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { a: 'one', b: 'one' },
  shape: (_, { a, b }) => {
    if (a.length !== 1 || b.length !== 1 || a[0] !== b[0]) throw new Error('needs vectors of equal width')
    return [1]
  },
  form: ${form},
  apply: (_, { a, b }) => ({ tensor: tf.sum(tf.mul(a.tensor, b.tensor), 1, true) }),
})
export const ${name} = { name: '${name}', apiVersion: 1, layers: { bilinear } }
`,
  )
}

interface Checked {
  readonly checked: readonly {
    readonly package: string
    readonly version: string
    readonly apiVersion: number
    readonly core: readonly { readonly version: string }[]
    readonly checks: number
    readonly faults: readonly { readonly operator: string; readonly check: string; readonly message: string }[]
  }[]
}

test('a broken plugin: the fault, the operator, the package and its version, and exit 6', async () => {
  const { code, out } = await here.run('doctor', '--plugin', './broken')
  expect(out).toContain('package     recspec-plugin-broken 1.2.3')
  expect(out).toContain('apiVersion  1')
  expect(out).toMatch(/core {8}0\.\d+\.\d+ in /)
  expect(out).toContain('op broken/bilinear (recspec-plugin-broken 1.2.3), form: the form is "dot"')
  expect(code).toBe(6)
})

test('the same as JSON', async () => {
  const { code, json } = await here.run('doctor', '--json', '--plugin', 'other=./broken/index.js')
  const [found] = json<Checked>().checked
  expect(found).toMatchObject({ package: 'recspec-plugin-broken', version: '1.2.3', apiVersion: 1 })
  expect(found!.core).toHaveLength(1)
  expect(found!.faults.map(({ operator, check }) => [operator, check])).toContainEqual(['other/bilinear', 'form'])
  expect(code).toBe(6)
})

test('a sound plugin has no fault, and exit 0', async () => {
  const { code, out, json } = await here.run('doctor', '--json', '--plugin', './fine/index.js')
  expect([code, code === 0 ? '' : out]).toEqual([0, ''])
  const [found] = json<Checked>().checked
  expect(found!.faults).toEqual([])
  expect(found!.checks).toBeGreaterThan(10)
})

test('a plugin that the configuration lists too is checked', async () => {
  await writeFile(join(here.directory, 'recspec.config.json'), '{ "plugins": ["./broken/index.js"] }')
  const { code, json } = await here.run('doctor', '--json', '--plugin', './broken')
  await rm(join(here.directory, 'recspec.config.json'))
  expect(json<Checked>().checked.map((one) => one.package)).toEqual(['recspec-plugin-broken'])
  expect(code).toBe(6)
})

test('a plugin without the form of one is refused: what is wrong, the operator and the package', async () => {
  const path = join(here.directory, 'broken', 'formless.js')
  await writeFile(path, "export const odd = { name: 'odd', apiVersion: 1, layers: { bilinear: { summary: 'A.' } } }\n")
  const { code, err } = await here.run('doctor', '--plugin', './broken/formless.js')
  expect(err).toMatch(/plugin "odd" .*has an invalid op "bilinear"/)
  expect(code).toBe(6)
})

test('without a plugin nothing is checked', async () => {
  const { code, json } = await here.run('doctor', '--json')
  expect(code).toBe(0)
  expect(json()).not.toHaveProperty('checked')
})

test('an official plugin that is named is checked, and loaded once', async () => {
  const { code, json } = await here.run('doctor', '--json', '--plugin', '@recspec/plugin-ncf')
  expect(json<Checked>().checked.map(({ package: from }) => from)).toEqual(['@recspec/plugin-ncf'])
  expect(code).toBe(0)
})
