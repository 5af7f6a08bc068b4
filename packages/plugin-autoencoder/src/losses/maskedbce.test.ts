import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { maskedBce } from './maskedbce.js'

beforeAll(() => useBackend('cpu'))

const labels = () => ({ target: tf.tensor1d([1, 0, 0.5]), positive: tf.tensor1d([1, 0, 0]) })
test('the term of a cell is its cross-entropy with the target, or with whether it was observed', () => {
  const scores = [0.5, -1, 2]
  const terms = (params: Record<string, unknown>) => [
    ...maskedBce.apply(params, { score: { tensor: tf.tensor1d(scores) } }, labels()).dataSync(),
  ]
  for (const [params, ys] of [
    [{}, [1, 0, 0.5]],
    [{ negatives: 2 }, [1, 0, 0]],
  ] as const)
    terms(params).forEach((term, k) => {
      expect(term).toBeCloseTo(Math.log(1 + Math.exp(scores[k]!)) - ys[k]! * scores[k]!, 5)
    })
})

test('its examples are rows, with negatives where it has some', () => {
  expect(maskedBce.examples({})).toEqual({ of: 'row', items: 'own' })
  expect(maskedBce.examples({ negatives: 5 })).toMatchObject({ of: 'row', items: 'sampled', negatives: { count: 5 } })
})

test('says what it needs', () => {
  expect(maskedBce.rejects!({}, { target: false })).toBe('needs a target or negatives')
  expect(maskedBce.rejects!({ negatives: { count: 2, shared: true } }, { target: false })).toContain('for each cell')
  expect(maskedBce.rejects!({ negatives: 2 }, { target: false })).toBeUndefined()
})
