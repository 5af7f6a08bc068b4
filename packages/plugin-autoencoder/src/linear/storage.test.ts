import { key, normal, openKernels } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { openItemMatrix } from './itemmatrix.js'
import { prunedArrays } from './storage.js'

const items = 60

/** A matrix of rank 3 and a little noise. */
const matrix = (() => {
  const [left, right] = [1, 2].map((part) => Float32Array.from({ length: items * 3 }, (_, at) => normal(key(part), at)))
  return Float32Array.from({ length: items * items }, (_, at) => {
    const [i, j] = [Math.floor(at / items), at % items]
    let sum = 0.01 * normal(key(3), at)
    for (let k = 0; k < 3; k++) sum += left![i * 3 + k]! * right![j * 3 + k]!
    return sum
  })
})()
const singles = {
  start: Int32Array.from({ length: items + 1 }, (_, at) => at),
  index: Int32Array.from({ length: items }, (_, at) => at),
}

test('a part of low rank, and the largest numbers of what is left, are near the matrix', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 2 })
  const errors: number[] = []
  for (const storage of [{ rank: 3 }, { rank: 3, topK: 20 }, { rank: 3, topK: items }, { topK: items }, { topK: 5 }]) {
    const arrays = await prunedArrays(kernels, matrix.slice(), items, storage)
    const scores = openItemMatrix(arrays, { items, kernels }).scores(singles)
    errors.push(Math.sqrt(scores.reduce((sum, score, at) => sum + (score - matrix[at]!) ** 2, 0)) / items)
  }
  const [low, more, all, sparse, few] = errors as [number, number, number, number, number]
  expect(low).toBeLessThan(0.011)
  expect(more).toBeLessThan(0.8 * low)
  expect(all).toBeLessThan(1e-5)
  expect(sparse).toBe(0)
  expect(few).toBeGreaterThan(0.1)
  await kernels.close()
})
