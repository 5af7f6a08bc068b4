import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { checkGradients, numbers, rows } from '../../test/losses.js'
import { compositeKl } from './compositekl.js'

beforeAll(() => useBackend('cpu'))

const params = { weights: [0.15, 0.75, 0.1], wide: 10 }
test('its gradient equals differences', () => checkGradients(compositeKl, params, [3, 2], () => ({ rows: rows() })))

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
