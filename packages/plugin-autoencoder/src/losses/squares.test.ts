import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { squares } from './squares.js'

beforeAll(() => useBackend('cpu'))

const row = tf.tensor2d([[1, 0, 1]])
const terms = (score: tf.Tensor) => squares.apply({}, { score: { tensor: score } }, { positive: row })

test('the terms of a row are its squared errors, and their gradient is twice the errors', () => {
  const score = tf.tensor2d([[0.5, 0.25, 2]])
  expect([...terms(score).dataSync()]).toEqual([0.25, 0.0625, 1])
  expect([
    ...tf
      .grad((x: tf.Tensor) => tf.sum(terms(x)))(score)
      .dataSync(),
  ]).toEqual([-1, 0.5, 2])
})

test('it reconstructs the row, not a target', () => {
  expect(squares.rejects!({}, { target: true })).toContain('takes no target')
  expect(squares.rejects!({}, { target: false })).toBeUndefined()
})
