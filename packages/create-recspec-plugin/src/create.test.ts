import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from '@recspec/dsl'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { example } from '../template/src/index.js'
import { createPlugin } from './create.js'
import { pluginNames } from './names.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-create-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const root = new URL('../../..', import.meta.url)

test('every file has the names of the plugin, and none of the template', async () => {
  const home = join(folder, 'made')
  const files = await createPlugin(home, pluginNames('@acme/my-thing'), 2030)
  const written = (await readdir(home, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  expect(written).toHaveLength(files.length)
  expect(files).toEqual(expect.arrayContaining(['package.json', '.gitignore', '.github/workflows/release.yml']))
  for (const file of files) {
    const text = await readFile(join(home, file), 'utf8')
    expect(text, file).not.toMatch(/recspec-plugin-example|\bexample\/[a-z]|YEAR/)
  }
  const read = (file: string) => readFile(join(home, file), 'utf8')
  expect(JSON.parse(await read('package.json'))).toMatchObject({ name: '@acme/recspec-plugin-my-thing' })
  expect(await read('src/index.ts')).toContain("export const myThing = {\n  name: 'my-thing',")
  expect(await read('src/index.ts')).toContain("'my-thing': typeof myThing")
  expect(await read('examples/model.json')).toContain('"type": "my-thing/bilinear"')
  expect(await read('LICENSE')).toContain('(c) 2030 the authors of @acme/recspec-plugin-my-thing')
})

test('a folder with files is left alone', async () => {
  await writeFile(join(folder, 'mine.txt'), 'mine')
  await expect(createPlugin(folder, pluginNames('my-thing'), 2030)).rejects.toThrow('is not empty')
  expect(await readdir(folder)).toEqual(['mine.txt'])
})

test('the document of the template passes a check with its plugin', async () => {
  const text = await readFile(new URL('../template/examples/model.json', import.meta.url), 'utf8')
  expect(check({ name: 'model.json', text }, [example]).diagnostics).toEqual([])
})

test('tools of the new package have the versions of this repository, and its peers leave 1.0.0 out', async () => {
  const own = JSON.parse(await readFile(new URL('package.json', root), 'utf8')).devDependencies
  const template = JSON.parse(await readFile(new URL('../template/manifest.json', import.meta.url), 'utf8'))
  for (const [name, range] of Object.entries(template.devDependencies))
    expect([name, range]).toEqual([name, name in own && name !== 'recspec' ? own[name] : '>=0.1.0 <1.0.0'])
  const config = JSON.parse(await readFile(new URL('../template/.changeset/config.json', import.meta.url), 'utf8'))
  expect(config.___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH.onlyUpdatePeerDependentsWhenOutOfRange).toBe(true)
})
