import { type Kernels, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { denseFilter, denseRows, documentOf, ITEMS, refusal, scoresAfter, times } from '../../test/linear.js'
import { gfCf } from './gfcf.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await openKernels({ threads: 2 })
})
afterAll(() => kernels.close())

test('the scores are those of the linear filter and of the low pass', async () => {
  const rows = denseRows()
  const linear = times(rows, denseFilter(rows))
  // with as many vectors as items the low pass lets everything through
  const solver = { type: 'autoencoder/gf-cf', vectors: ITEMS, weight: 0.3 }
  const found = await scoresAfter(documentOf(solver), kernels)
  found.forEach((score, at) => {
    const [user, item] = [Math.floor(at / ITEMS), at % ITEMS]
    expect(score).toBeCloseTo(linear[user]![item]! + 0.3 * rows[user]![item]!, 3)
  })
})

test('it needs no penalty, and its defaults are those of the paper', () => {
  expect(refusal(documentOf({ type: 'autoencoder/gf-cf' }, { l2: 1 }))).toContain('has no "l2"')
  expect(gfCf.params.properties['vectors']).toMatchObject({ default: 256 })
})
