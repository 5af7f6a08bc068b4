import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import * as exported from '../index.js'
import { maskedMse } from './maskedmse.js'

beforeAll(() => useBackend('cpu'))

const scores = [3.5, 1, -0.5]
const targets = [4, 1, 2]
const terms = (score: tf.Tensor) => maskedMse.apply({}, { score: { tensor: score } }, { target: tf.tensor1d(targets) })

test('exports one plugin', () => {
  expect(Object.keys(exported)).toEqual(['autoencoder'])
})

test('the term of a cell is its squared error', () => {
  expect([...tf.tidy(() => terms(tf.tensor1d(scores)).dataSync())]).toEqual([0.25, 0, 6.25])
})

test('its gradient equals central differences', () => {
  const total = (score: tf.Tensor) => tf.sum(terms(score)) as tf.Scalar
  const slope = tf.tidy(() => [...tf.grad(total)(tf.tensor1d(scores)).dataSync()])
  const at = (index: number, by: number) =>
    tf.tidy(() => total(tf.tensor1d(scores.map((score, k) => (k === index ? score + by : score)))).dataSync()[0]!)
  for (const [index, value] of slope.entries()) expect(value).toBeCloseTo((at(index, 0.1) - at(index, -0.1)) / 0.2, 3)
})

test('an example is a row, of which it reads the observed cells', () => {
  expect(maskedMse.examples({})).toEqual({ of: 'row', items: 'own' })
})

test('quadratic describes the same loss', () => {
  const { target, weight, unobserved } = maskedMse.quadratic!({})
  for (const r of [-1, 0, 3.5]) expect(weight(r) * (1.25 - target(r)) ** 2).toBeCloseTo((1.25 - r) ** 2, 12)
  expect(unobserved).toBeUndefined()
})

test('rejects a head without a target', () => {
  expect(maskedMse.rejects!({}, { target: false })).toBe('needs a target')
  expect(maskedMse.rejects!({}, { target: true })).toBeUndefined()
})
