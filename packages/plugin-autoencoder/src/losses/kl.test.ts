import { tf, useBackend } from '@recspec/core'
import { beforeAll, expect, test } from 'vitest'
import { counts, numbers, rows } from '../../test/losses.js'
import { kl } from './kl.js'

beforeAll(() => useBackend('cpu'))

test('is 0 for a standard normal, and multiplied by the cells of a row where asked', () => {
  const [mean, logVar] = [tf.tensor2d(numbers(6, 1), [3, 2]), tf.tensor2d(numbers(6, 2), [3, 2])]
  const zeros = { tensor: tf.zeros([3, 2]) }
  const of = (params: Record<string, unknown>, inputs: Record<'mean' | 'logVar', { tensor: tf.Tensor }>) => [
    ...kl.apply(params, inputs, { rows: rows() }).dataSync(),
  ]
  expect(of({}, { mean: zeros, logVar: zeros })).toEqual([0, 0, 0])
  const once = of({}, { mean: { tensor: mean }, logVar: { tensor: logVar } })
  const [m, v] = [mean.dataSync(), logVar.dataSync()]
  once.forEach((term, row) => {
    let expected = 0
    for (let k = 2 * row; k < 2 * row + 2; k++) expected += (Math.exp(v[k]!) + m[k]! ** 2 - 1 - v[k]!) / 2
    expect(term).toBeCloseTo(expected, 5)
  })
  of({ times: 'interactions' }, { mean: { tensor: mean }, logVar: { tensor: logVar } }).forEach((term, row) => {
    expect(term).toBeCloseTo(counts[row]! * once[row]!, 4)
  })
})
