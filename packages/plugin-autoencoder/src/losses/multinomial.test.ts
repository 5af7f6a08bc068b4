import { factoredScores, tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { checkGradients, numbers, positive, rows } from '../../test/losses.js'
import { multinomial } from './multinomial.js'

beforeAll(() => useBackend('cpu'))

const closed = (scores: readonly number[][]) =>
  scores.map((row, r) => {
    const sum = Math.log(row.reduce((total, score) => total + Math.exp(score), 0))
    const own = [[0, 2], [], [1, 2, 3]][r]!
    return own.reduce((total, column) => total + sum - row[column]!, 0)
  })

test('the term of a row is the cross-entropy of its items among all', () => {
  const scores = [numbers(4, 1), numbers(4, 2), numbers(4, 3)]
  const terms = tf.tidy(() => [
    ...multinomial
      .apply({}, { score: { tensor: tf.tensor2d(scores) } }, { positive: positive(), rows: rows() })
      .dataSync(),
  ])
  terms.forEach((term, row) => {
    expect(term).toBeCloseTo(closed(scores)[row]!, 5)
  })
})

test('factors give what their product gives', () => {
  tf.tidy(() => {
    const [user, item] = [tf.tensor2d(numbers(6, 1), [3, 2]), tf.tensor2d(numbers(8, 2), [4, 2])]
    const score = factoredScores(user, item)
    const dense = { tensor: tf.matMul(user, item, false, true) }
    const terms = [score, dense].map((one) => [
      ...multinomial.apply({}, { score: one }, { positive: positive(), rows: rows() }).dataSync(),
    ])
    terms[0]!.forEach((term, row) => {
      expect(term).toBeCloseTo(terms[1]![row]!, 5)
    })
  })
})

test('its gradient equals differences', () =>
  checkGradients(multinomial, {}, [3, 4], () => ({ positive: positive(), rows: rows() })))
