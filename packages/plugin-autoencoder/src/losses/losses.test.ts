import { factoredScores, type Labels, type Loss, tf, useBackend } from '@recspec/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { compositeKl } from './compositekl.js'
import { kl } from './kl.js'
import { maskedBce } from './maskedbce.js'
import { multinomial } from './multinomial.js'

beforeAll(() => useBackend('cpu'))

const numbers = (count: number, salt: number) => Array.from({ length: count }, (_, k) => Math.sin(3 * k + salt))
const int32 = (values: readonly number[]) => tf.tensor1d(Int32Array.from(values), 'int32')

/** Rows {0, 2}, {} and {1, 2, 3} of four items. */
const rows = () => ({ start: int32([0, 2, 2, 5]), columns: int32([0, 2, 1, 2, 3]) })
const counts = [2, 0, 3]
const positive = () =>
  tf.tensor2d([
    [1, 0, 1, 0],
    [0, 0, 0, 0],
    [0, 1, 1, 1],
  ])

/** Σ terms of a loss and its gradients by its inputs, against central differences. */
const checkGradients = (
  loss: Loss,
  params: Record<string, unknown>,
  shape: readonly number[],
  labels: () => Labels,
) => {
  const ports = Object.keys(loss.inputs)
  const given = ports.map((_, port) =>
    numbers(
      shape.reduce((size, dim) => size * dim, 1),
      port,
    ),
  )
  const total = (...tensors: tf.Tensor[]): tf.Scalar =>
    tf.sum(
      loss.apply(
        params,
        Object.fromEntries(ports.map((port, k) => [port, { tensor: tensors[k]! }])) as never,
        labels(),
      ),
    )
  const tensorsOf = (lists: readonly (readonly number[])[]) =>
    lists.map((list) => tf.tensor(Float32Array.from(list), [...shape]))
  const slopes = tf.tidy(() =>
    tf
      .grads(total)(tensorsOf(given))
      .map((slope) => [...slope.dataSync()]),
  )
  const at = (port: number, place: number, by: number) =>
    tf.tidy(
      () =>
        total(
          ...tensorsOf(
            given.map((list, k) => (k === port ? list.map((x, one) => (one === place ? x + by : x)) : list)),
          ),
        ).dataSync()[0]!,
    )
  slopes.forEach((slope, port) => {
    slope.forEach((value, place) => {
      expect(value).toBeCloseTo((at(port, place, 0.01) - at(port, place, -0.01)) / 0.02, 1)
    })
  })
}

describe('multinomial', () => {
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
})

describe('kl', () => {
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

  test('its gradient equals differences', () => checkGradients(kl, {}, [3, 2], () => ({ rows: rows() })))
})

describe('composite-kl', () => {
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
})

describe('masked-bce', () => {
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

  test('its gradient equals differences', () => checkGradients(maskedBce, {}, [3], labels))

  test('its examples are rows, with negatives where it has some', () => {
    expect(maskedBce.examples({})).toEqual({ of: 'row', items: 'own' })
    expect(maskedBce.examples({ negatives: 5 })).toMatchObject({ of: 'row', items: 'sampled', negatives: { count: 5 } })
  })

  test('says what it needs', () => {
    expect(maskedBce.rejects!({}, { target: false })).toBe('needs a target or negatives')
    expect(maskedBce.rejects!({ negatives: { count: 2, shared: true } }, { target: false })).toContain('for each cell')
    expect(maskedBce.rejects!({ negatives: 2 }, { target: false })).toBeUndefined()
  })
})
