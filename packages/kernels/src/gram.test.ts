import { expect, test } from 'vitest'
import { gram } from './gram.js'
import { openKernels } from './open.js'
import { key, normal } from './random.js'

const random = (length: number, part: number) => Float32Array.from({ length }, (_, at) => normal(key(part), at))

test.each([
  [0, 3],
  [1, 1],
  [5, 3],
  [300, 7],
  [1000, 8],
  [20000, 17],
])('the Gram of %i rows of width %i is the sum of outer products in float64', async (rows, width) => {
  const values = random(rows * width, width)
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const sums = await kernels.gram(values, width)
  const expected = gram(values, width)
  expect(sums.length).toBe(width * width)
  for (let at = 0; at < sums.length; at++) expect(Math.abs(sums[at]! - expected[at]!)).toBeLessThan(1e-10 * (rows + 1))
})

test('the Gram has the same bytes on any number of threads', async () => {
  const results = []
  for (const threads of [1, 2, 3]) {
    const kernels = await openKernels({ implementation: 'wasm', threads })
    const values = kernels.float32(9001 * 33)
    values.set(random(values.length, 5))
    results.push(await kernels.gram(values, 33))
    await kernels.close()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})
