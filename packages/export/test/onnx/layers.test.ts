import { builtin } from '@recspec/core'
import type { Kernels } from '@recspec/kernels'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { largestDifference, official, opened, trained } from './agreement.js'
import { documents } from './documents.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

test('every layer and macro of recspec has a document here', () => {
  const layers = [
    ...Object.keys(builtin.layers!),
    ...official.flatMap((plugin) => Object.keys(plugin.layers ?? {}).map((name) => `${plugin.name}/${name}`)),
  ]
  expect(Object.keys(documents).sort()).toEqual(layers.sort())
})

describe.each(Object.entries(documents))('%s', (_, own) => {
  test.each(Object.entries(own))('%s: scores in onnxruntime are those of predict', async (_, document) => {
    expect(await largestDifference(await trained(kernels, document))).toBeLessThan(1e-5)
  })
})
