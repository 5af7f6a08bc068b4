import { type Kernels, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { denseFilter, denseRows, documentOf, ITEMS, scoresAfter, times } from '../../test/linear.js'
import { turboCf } from './turbocf.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await openKernels({ threads: 2 })
})
afterAll(() => kernels.close())

test('the scores are those of the filter with every number to a power', async () => {
  const rows = denseRows()
  const filter = denseFilter(rows, 0.6).map((row) => row.map((value) => value ** 0.7))
  const expected = times(rows, filter)
  const found = await scoresAfter(documentOf({ type: 'autoencoder/turbo-cf', alpha: 0.6, power: 0.7 }), kernels)
  found.forEach((score, at) => {
    expect(score).toBeCloseTo(expected[Math.floor(at / ITEMS)]![at % ITEMS]!, 3)
  })
})

test('topK keeps the largest numbers of each row', async () => {
  const rows = denseRows()
  const filter = denseFilter(rows, 0.3).map((row) => {
    const order = [...row.keys()].sort((a, b) => Math.fround(row[b]!) - Math.fround(row[a]!) || a - b)
    return row.map((value, item) => (order.indexOf(item) < 6 ? value : 0))
  })
  const expected = times(rows, filter)
  const found = await scoresAfter(documentOf({ type: 'autoencoder/turbo-cf', alpha: 0.3 }, { topK: 6 }), kernels)
  found.forEach((score, at) => {
    expect(score).toBeCloseTo(expected[Math.floor(at / ITEMS)]![at % ITEMS]!, 3)
  })
  expect(turboCf.params.properties['power']).toMatchObject({ default: 1 })
})
