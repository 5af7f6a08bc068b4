import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { numbers, rows } from '../../test/losses.js'
import { compositeKl } from './compositekl.js'

beforeAll(() => useBackend('cpu'))

test('is 0 where the code has the density of a prior of one part', () => {
  const zeros = { tensor: tf.zeros([3, 2]) }
  const code = { tensor: tf.tensor2d(numbers(6, 4), [3, 2]) }
  const only = { weights: [0.5, 0.5, 1e-9], wide: 0 }
  const inputs = { code, mean: zeros, logVar: zeros, earlierMean: zeros, earlierLogVar: zeros }
  for (const term of compositeKl.apply(only, inputs, { rows: rows() }).dataSync()) expect(term).toBeCloseTo(0, 5)
})

test('refuses weights that do not sum to 1', () => {
  expect(compositeKl.rejects!({ weights: [1, 1, 1] }, { target: false })).toBe('needs weights that sum to 1, got 3')
})
