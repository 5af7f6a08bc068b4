import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadTensorflow } from './tensorflow.js'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recspec-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const provision = async (source: string) => {
  await mkdir(join(directory, '.tensorflow'))
  await writeFile(join(directory, '.tensorflow', 'index.cjs'), source)
}

test('where nothing is installed, that is the reason', () => {
  expect(loadTensorflow(directory)).toEqual({ reason: '@tensorflow/tfjs-node is not installed' })
})

test('a provisioned folder above is loaded, with the predicates that newer Nodes lack', async () => {
  await provision(`if (!require('node:util').isArray([])) throw new Error('no predicates')`)
  const below = join(directory, 'deep')
  await mkdir(below)
  expect(loadTensorflow(below)).toEqual({ path: join(directory, '.tensorflow', 'index.cjs') })
})

test('one that breaks is a reason and no failure, and console.warn is as it was', async () => {
  const { warn } = console
  await provision(`throw new Error('no binding\\nand more')`)
  expect(loadTensorflow(directory).reason).toMatch(/index\.cjs does not load: no binding$/)
  expect(console.warn).toBe(warn)
})

test('the package is found from the directory', async () => {
  const folder = join(directory, 'node_modules', '@tensorflow', 'tfjs-node')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "main": "index.js" }')
  await writeFile(join(folder, 'index.js'), '')
  expect(loadTensorflow(directory)).toEqual({ path: join(folder, 'index.js') })
})
