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

test('an example is a row, of which it reads the observed cells', () => {
  expect(maskedMse.examples({})).toEqual({ of: 'row', items: 'own' })
})

test('rejects a head without a target', () => {
  expect(maskedMse.rejects!({}, { target: false })).toBe('needs a target')
  expect(maskedMse.rejects!({}, { target: true })).toBeUndefined()
})
