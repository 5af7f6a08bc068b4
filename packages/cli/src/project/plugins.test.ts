import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadPlugins, official } from './plugins.js'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recspec-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A package in node_modules of the test's directory. */
const place = async (name: string, source: string, exported: unknown = './index.js') => {
  const folder = join(directory, 'node_modules', name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, type: 'module', exports: exported }))
  await writeFile(join(folder, 'index.js'), source)
}
const names = async (...named: string[]) => (await loadPlugins(directory, named)).map(({ name }) => name)
const known = official.map(({ name }) => name)

test('the official plugins are always loaded', async () => {
  expect(await names()).toEqual(['imf', 'ncf', 'autoencoder', 'text'])
})

test('a package is found from where it is listed, by the command line or by the nearest config', async () => {
  await place('recspec-plugin-a', `export const it = { name: 'a', apiVersion: 1 }`)
  await place('@b/plugin', `export default { name: 'b', apiVersion: 1 }`, { import: './index.js' })
  expect(await names('recspec-plugin-a', '@b/plugin')).toEqual([...known, 'a', 'b'])
  await writeFile(join(directory, 'recspec.config.json'), '{ "plugins": ["recspec-plugin-a"] }')
  const below = join(directory, 'deep', 'er')
  await mkdir(below, { recursive: true })
  expect((await loadPlugins(below, [])).at(-1)?.name).toBe('a')
})

test('a package that is both listed and named is loaded once', async () => {
  await place('recspec-plugin-a', `export const it = { name: 'a', apiVersion: 1 }\nexport default it`)
  await writeFile(join(directory, 'recspec.config.json'), '{ "plugins": ["recspec-plugin-a"] }')
  expect(await names('recspec-plugin-a')).toEqual([...known, 'a'])
})

test.each([
  ['nothing exported', `export const x = 1`, 'missing plugin in broken'],
  ['another contract', `export const it = { name: 'x', apiVersion: 2 }`, 'unsupported apiVersion 2 in broken'],
  ['a name that is taken', `export const it = { name: 'imf', apiVersion: 1 }`, 'duplicate plugin "imf"'],
  ['a name that is none', `export const it = { name: 'A b', apiVersion: 1 }`, 'invalid plugin name "A b"'],
  ['a fault of its own', `throw new Error('boom')`, 'plugin broken does not load: boom'],
])('%s is explained', async (_, source, message) => {
  await place('broken', source)
  await expect(names('broken')).rejects.toMatchObject({ reason: 'plugin', message: expect.stringContaining(message) })
})

test('a package that is not installed is refused', async () => {
  await expect(names('recspec-plugin-none')).rejects.toThrow('unknown plugin package "recspec-plugin-none"')
})

test('a package may bring several plugins, and export one of them under a subpath too', async () => {
  await place('recspec-plugin-two', `export { b } from './b.js'\nexport const a = { name: 'a', apiVersion: 1 }`, {
    '.': './index.js',
    './b': { import: './b.js' },
  })
  await writeFile(
    join(directory, 'node_modules/recspec-plugin-two/b.js'),
    `export const b = { name: 'b', apiVersion: 1 }`,
  )
  expect(await names('recspec-plugin-two')).toEqual([...known, 'a', 'b'])
  expect(await names('recspec-plugin-two/b')).toEqual([...known, 'b'])
  expect(await names('recspec-plugin-two', 'recspec-plugin-two/b')).toEqual([...known, 'a', 'b'])
  await expect(names('x=recspec-plugin-two')).rejects.toMatchObject({
    message: 'several plugins in recspec-plugin-two: a, b',
    hint: '"x" can name one: list a subpath that exports it alone, or leave "x=" out',
  })
})

test('a plugin gets another name where its own is taken', async () => {
  const source = `export const it = { name: 'a', apiVersion: 1, losses: {} }`
  await place('recspec-plugin-a', source)
  await place('@other/recspec-plugin-a', source)
  await expect(names('recspec-plugin-a', '@other/recspec-plugin-a')).rejects.toMatchObject({
    message: 'duplicate plugin "a", from @other/recspec-plugin-a',
    hint: 'give it another name: other-name=@other/recspec-plugin-a',
  })
  await writeFile(
    join(directory, 'recspec.config.json'),
    '{ "plugins": ["recspec-plugin-a", "other=@other/recspec-plugin-a"] }',
  )
  expect(await names()).toEqual([...known, 'a', 'other'])
})

test('a folder with a package, a file and a file URL are plugins too', async () => {
  await place('folder', `export const it = { name: 'a', apiVersion: 1 }`, { '.': { import: './index.js' } })
  expect(await names('./node_modules/folder')).toEqual([...known, 'a'])
  expect(await names('./node_modules/folder/index.js')).toEqual([...known, 'a'])
  expect(await names('file:./node_modules/folder/index.js')).toEqual([...known, 'a'])
  await expect(names('./node_modules')).rejects.toMatchObject({
    message: 'plugin ./node_modules does not load: no such file',
    hint: `a folder needs a package.json: ${join(directory, 'node_modules', 'package.json')}`,
  })
  await expect(names('./none')).rejects.toThrow('plugin ./none does not load: no such file')
})

test('the config may have comments, and is the nearest to the document', async () => {
  await place('recspec-plugin-a', `export const it = { name: 'a', apiVersion: 1 }`)
  await mkdir(join(directory, 'project', 'models'), { recursive: true })
  await mkdir(join(directory, 'elsewhere'))
  await writeFile(
    join(directory, 'project', 'recspec.config.json'),
    '{\n  // ours\n  "plugins": ["recspec-plugin-a"],\n}',
  )
  const at = async (cwd: string, file: string) =>
    (await loadPlugins(join(directory, cwd), [], file)).slice(known.length).map(({ name }) => name)
  expect(await at('elsewhere', '../project/models/mf.json')).toEqual(['a'])
  expect(await at('project', '../elsewhere/mf.json')).toEqual(['a'])
  expect(await at('elsewhere', 'mf.json')).toEqual([])
})

test.each([
  ['{ "plugins": "a" }', 'invalid "plugins"', 'expected { "plugins": ["package-name"] }'],
  ['{ "plugins": [1] }', 'invalid "plugins"', 'expected { "plugins": ["package-name"] }'],
  ['{ "plugin": ["a"] }', 'unknown property "plugin" in ', 'did you mean "plugins"?'],
  ['["a"]', 'expected an object', 'expected { "plugins": ["package-name"] }'],
  ['{\n"plugins": [', 'invalid JSON in line 2', 'expected { "plugins": ["package-name"] }'],
])('the config %s is refused', async (text, message, hint) => {
  await writeFile(join(directory, 'recspec.config.json'), text)
  await expect(names()).rejects.toMatchObject({ reason: 'plugin', message: expect.stringContaining(message), hint })
})
