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

test('where nothing is installed, the reason says so', () => {
  expect(loadTensorflow(directory)).toEqual({ reason: '@tensorflow/tfjs-node is not installed' })
})

test('a folder .tensorflow above is loaded, with the predicates that newer Nodes lack', async () => {
  await provision(`if (!require('node:util').isArray([])) throw new Error('no predicates')`)
  const below = join(directory, 'deep')
  await mkdir(below)
  expect(loadTensorflow(below)).toEqual({ path: join(directory, '.tensorflow', 'index.cjs') })
})

test('a package that does not load gives a reason and does not throw, and console.warn is restored', async () => {
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
