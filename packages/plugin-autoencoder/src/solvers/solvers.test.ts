import { estimateMemory, train } from '@recspec/core'
import { type Kernels, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { data, documentOf, graphOf, refusal } from '../../test/linear.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await openKernels({ implementation: 'wasm', threads: 2 })
})
afterAll(() => kernels.close())

const cases: readonly (readonly [string, ReturnType<typeof documentOf>])[] = [
  ['ease', documentOf({ type: 'autoencoder/ease' }, { l2: 2 })],
  ['edlae', documentOf({ type: 'autoencoder/ease' }, { l2: 2, diagonal: 0.2 }, { dropout: 0.3 })],
  ['ease, pruned', documentOf({ type: 'autoencoder/ease' }, { l2: 2, rank: 2, topK: 5 })],
  ['slim', documentOf({ type: 'autoencoder/slim' }, { l1: 0.5, l2: 1, nonNegative: true })],
  ['gf-cf', documentOf({ type: 'autoencoder/gf-cf', vectors: 4 })],
  ['gf-cf, pruned', documentOf({ type: 'autoencoder/gf-cf', vectors: 4 }, { topK: 6 })],
  ['turbo-cf', documentOf({ type: 'autoencoder/turbo-cf', alpha: 0.6, power: 0.7 }, { topK: 6 })],
  ['bspm', documentOf({ type: 'autoencoder/bspm', vectors: 4, time: 1 })],
]

test.each(cases)('%s trains, ranks and repeats to the same scores', async (_, document) => {
  const scores = []
  for (let run = 0; run < 2; run++) {
    const { model } = await train(graphOf(document), data, { kernels })
    const everything = Array.from({ length: 600 }, (_, at) => at)
    scores.push(
      model.predict(
        Int32Array.from(everything, (at) => Math.floor(at / 20)),
        Int32Array.from(everything, (at) => at % 20),
      ),
    )
    const best = await model.recommend(3, 5)
    expect(best.length).toBe(5)
  }
  expect(scores[0]!.some((score) => score !== 0)).toBe(true)
  expect(scores[0]!.every(Number.isFinite)).toBe(true)
  expect(scores[1]).toEqual(scores[0])
})

test.each([
  [documentOf({ type: 'autoencoder/ease' }), 'needs an "l2" above 0, or dropout'],
  [documentOf({ type: 'autoencoder/ease' }, { l2: 1, l1: 1 }), '"autoencoder/slim" has'],
  [documentOf({ type: 'autoencoder/slim' }, { l2: 1 }), 'needs an "l1" above 0'],
  [documentOf({ type: 'autoencoder/slim' }, { l1: 1, diagonal: 0.5 }), 'needs an empty diagonal'],
  [documentOf({ type: 'autoencoder/gf-cf' }, { l2: 1 }), 'has no "l2"'],
  [documentOf({ type: 'autoencoder/bspm' }, {}, { dropout: 0.5 }), 'has no "dropout"'],
  [documentOf({ type: 'autoencoder/ease' }, { l2: 1 }, { dropout: 0.5, normalize: 'l2' }), 'without normalization'],
] as const)('what a solver does not read is refused: %#', (document, message) => {
  expect(refusal(document)).toContain(message)
})

test('a dense matrix counts in the memory that training takes', () => {
  const estimate = estimateMemory(graphOf(documentOf({ type: 'autoencoder/ease' }, { l2: 1 })), data, { threads: 2 })
  expect(JSON.stringify(estimate)).toContain('a dense matrix of 20 × 20 items')
})
