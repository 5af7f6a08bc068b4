import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { noise } from '../../../test/noise.js'
import { backends, useBackend } from '../../backend/backend.js'
import type { Labels, Loss } from '../../contract/loss.js'
import { needsPositives } from './compare.js'
import * as losses from './index.js'

const { bce, bpr, ccl, crossentropy, gbce, mae, mse, softmax, warp } = losses

const terms = (loss: Loss, params: Record<string, unknown>, scores: tf.Tensor, example: Labels = {}) =>
  loss.apply(params, { score: { tensor: scores } } as never, example)

const total = (loss: Loss, params: Record<string, unknown>, scores: tf.Tensor, example: Labels = {}) =>
  [...terms(loss, params, scores, example).dataSync()].reduce((sum, term) => sum + term, 0)

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

describe.each([...backends()])('on %s', (name) => {
  beforeEach(async () => {
    await useBackend(name)
  })

  test('squared and absolute errors of a few events', () => {
    const scores = tf.tensor1d([1, -2, 3])
    const target = tf.tensor1d([1, 1, 5])
    expect([...terms(mse, {}, scores, { target }).dataSync()]).toEqual([0, 9, 4])
    expect([...terms(mae, {}, scores, { target }).dataSync()]).toEqual([0, 3, 2])
    expect(total(mse, {}, tf.reshape(scores, [3, 1]), { target })).toBe(13)
  })

  test('the gradient of an absolute error is 0 at 0', () => {
    const slope = tf.grad((x) => tf.sum(terms(mae, {}, x, { target: tf.tensor1d([2, 2, 2]) })))(tf.tensor1d([1, 2, 3]))
    expect([...slope.dataSync()]).toEqual([-1, 0, 1])
  })

  test('cross-entropy of classes is the log probability of the class of each event', () => {
    const scores = tf.tensor2d([
      [1, 2, -1],
      [0, 0, 0],
      [300, -300, 0],
    ])
    const target = tf.tensor1d([1, 2, 0])
    const found = [...terms(crossentropy, {}, scores, { target }).dataSync()]
    expect(found[0]).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(-1)) - 2, 5)
    expect(found[1]).toBeCloseTo(Math.log(3), 5)
    expect(found[2]).toBeCloseTo(0, 5)
    const slope = tf.grad((x) => tf.sum(terms(crossentropy, {}, x, { target })))(scores)
    expect([...slope.dataSync()].slice(3, 6).map((value) => value.toFixed(4))).toEqual(['0.3333', '0.3333', '-0.6667'])
  })

  test('cross-entropy of a target is exact for large logits', () => {
    const scores = tf.tensor1d([0, 2, 200, -200, 200])
    const target = tf.tensor1d([1, 0.25, 1, 1, 0])
    const found = [...terms(bce, {}, scores, { target }).dataSync()]
    const soft = -0.25 * Math.log(sigmoid(2)) - 0.75 * Math.log(1 - sigmoid(2))
    ;[Math.LN2, soft, 0, 200, 200].forEach((expected, place) => {
      expect(found[place]).toBeCloseTo(expected, 4)
    })
    const slopes = tf
      .grad((x) => tf.sum(terms(bce, {}, x, { target })))(scores)
      .dataSync()
    ;[-0.5, sigmoid(2) - 0.25, 0, -1, 1].forEach((expected, place) => {
      expect(slopes[place]).toBeCloseTo(expected, 5)
    })
  })

  test('cross-entropy with negatives has label 1 for the first score', () => {
    const scores = tf.tensor2d([
      [1, -1, 0.5],
      [-2, 3, 0],
    ])
    const expected =
      -Math.log(sigmoid(1)) -
      Math.log(sigmoid(1)) -
      Math.log(sigmoid(-0.5)) -
      Math.log(sigmoid(-2)) -
      Math.log(sigmoid(-3)) -
      Math.log(0.5)
    expect(total(bce, { negatives: 2 }, scores)).toBeCloseTo(expected, 4)
  })

  test('triplets compare the positive with each negative', () => {
    const scores = tf.tensor2d([
      [1, -1, 0.5],
      [0, 300, 0],
    ])
    const found = [...terms(bpr, { negatives: 2 }, scores).dataSync()]
    ;[-Math.log(sigmoid(2)), -Math.log(sigmoid(0.5)), 300, Math.LN2].forEach((expected, place) => {
      expect(found[place]).toBeCloseTo(expected, 3)
    })
  })

  const batch = [
    [1, 0.5, -1],
    [2, 0, 1],
    [-0.5, 0.3, 2],
  ]

  test('in a batch the other positives are negatives, unless the user is known to have them', () => {
    const inBatch = { negatives: { sampler: 'in-batch' } }
    const observed = [
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]
    const sums = (positive?: number[][]) => {
      let [cross, triplets, shares] = [0, 0, 0]
      batch.forEach((row, user) => {
        const others = row.filter((_, item) => item !== user && !positive?.[user]?.[item])
        const own = row[user]!
        cross += -Math.log(sigmoid(own)) - others.reduce((sum, score) => sum + Math.log(1 - sigmoid(score)), 0)
        triplets -= others.reduce((sum, score) => sum + Math.log(sigmoid(own - score)), 0)
        shares -= Math.log(Math.exp(own) / [own, ...others].reduce((sum, score) => sum + Math.exp(score), 0))
      })
      return [cross, triplets, shares] as const
    }
    for (const positive of [undefined, observed]) {
      const example: Labels = positive ? { positive: tf.tensor2d(positive) } : {}
      const [cross, triplets, shares] = sums(positive)
      expect(total(bce, inBatch, tf.tensor2d(batch), example)).toBeCloseTo(cross, 4)
      expect(total(bpr, inBatch, tf.tensor2d(batch), example)).toBeCloseTo(triplets, 4)
      expect(total(softmax, { ...inBatch, temperature: 1 }, tf.tensor2d(batch), example)).toBeCloseTo(shares, 4)
    }
  })

  test('softmax divides by the temperature and subtracts the log probability of being drawn', () => {
    const scores = tf.tensor2d([[1, -1, 0.5]])
    const logQ = tf.tensor2d([[-1, -2, -0.5]])
    const share = (logits: number[]) =>
      -Math.log(Math.exp(logits[0]!) / logits.reduce((sum, x) => sum + Math.exp(x), 0))
    const drawn = { count: 2, sampler: 'popularity' }
    expect(total(softmax, { temperature: 0.5, negatives: drawn }, scores, { logQ })).toBeCloseTo(share([2, -2, 1]), 4)
    expect(
      total(softmax, { temperature: 0.5, negatives: { ...drawn, correct: 'log-q' } }, scores, { logQ }),
    ).toBeCloseTo(share([3, 0, 1.5]), 4)
    const huge = total(softmax, { temperature: 1, negatives: 1 }, tf.tensor2d([[-500, 500]]))
    expect(huge).toBeCloseTo(1000, 2)
  })

  test('bilateral softmax keeps the positive out of the sum, and averages positives of a user', () => {
    const scores = tf.tensor2d([
      [0.5, -0.2, 0.1],
      [0.3, 0.4, -0.6],
      [-0.1, 0.2, 0],
    ])
    const params = { temperature: 0.5, negativeWeight: 1.2, negatives: 2 }
    const e = (s: number) => Math.exp(s / 0.5)
    const sums = [e(-0.2) + e(0.1), e(0.4) + e(-0.6), e(0.2) + e(0)]
    const negative = sums.reduce((sum, one) => sum + 1.2 * Math.log(one), 0)
    expect(total(softmax, params, scores)).toBeCloseTo(negative - (0.5 + 0.3 - 0.1) / 0.5, 4)
    // the first and the last example are of one user
    const users = tf.tensor1d([4, 0, 4], 'int32')
    const mean = Math.log((e(0.5) + e(-0.1)) / 2)
    expect(total(softmax, { ...params, averagePositives: true }, scores, { users })).toBeCloseTo(
      negative - (0.3 / 0.5 + 2 * mean),
      4,
    )
    // an example whose negatives are all its user's has the positive side alone
    const positive = tf.tensor2d([
      [1, 1, 1],
      [1, 0, 0],
      [1, 0, 1],
    ])
    const shared = { ...params, negatives: { count: 2, shared: true } }
    const left = 1.2 * (Math.log(sums[1]!) + 0.2 / 0.5)
    expect(total(softmax, shared, scores, { positive })).toBeCloseTo(left - (0.5 + 0.3 - 0.1) / 0.5, 4)
  })

  test('softmax over all items sums over a row of positives', () => {
    const scores = tf.tensor2d([[1, -1, 0.5]])
    const positive = tf.tensor2d([[1, 0, 1]])
    const all = Math.log(Math.E + Math.exp(-1) + Math.exp(0.5))
    expect(total(softmax, { temperature: 1 }, scores, { positive })).toBeCloseTo(2 * all - 1.5, 4)
  })

  test('gbce weighs the positive by the share of items that is drawn', () => {
    const scores = tf.tensor2d([[1, -1, 0.5]])
    const others = -Math.log(1 - sigmoid(-1)) - Math.log(1 - sigmoid(0.5))
    const own = -Math.log(sigmoid(1))
    // 2 of 40 other items: a = 0.05
    for (const [calibration, weight] of [
      [0, 1],
      [1, 0.05],
      [0.75, 0.05 * (0.75 * (1 - 20) + 20)],
    ] as const)
      expect(total(gbce, { negatives: 2, calibration }, scores, { items: 41 })).toBeCloseTo(own * weight + others, 4)
  })

  test('softmax of shared negatives is the same by factors and by scores', () => {
    const [user, item] = [noise([3, 4], 1), noise([5, 4], 2)]
    const rows = tf.tensor1d([0, 1, 1, 2], 'int32')
    const own = tf.tensor1d([3, 4, 3, 4], 'int32')
    const shared = { negatives: 3, rows, own }
    const logQ = { own: tf.tensor1d([-1, -2, -1, -2]), negatives: tf.tensor1d([-0.5, -1, -3]) }
    const excluded = { start: tf.tensor1d([0, 1, 1, 3, 3], 'int32'), columns: tf.tensor1d([2, 0, 1], 'int32') }
    const observed = tf.tensor2d([
      [1, 0, 0, 1],
      [1, 0, 0, 0],
      [1, 1, 1, 0],
      [1, 0, 0, 0],
    ])
    const ofRows = tf.concat([tf.reshape(logQ.own, [4, 1]), tf.tile(tf.reshape(logQ.negatives, [1, 3]), [4, 1])], 1)
    for (const correct of [undefined, 'log-q'] as const) {
      const params = {
        temperature: 0.5,
        negatives: { count: 3, shared: true, ...(correct ? { correct } : {}) },
      }
      const scoresOf = (users: tf.Tensor, items: tf.Tensor) => {
        const chosen = tf.gather(users, rows)
        const positives = tf.sum(tf.mul(chosen, tf.gather(items, own)), 1, true)
        return tf.concat([positives, tf.matMul(chosen, tf.slice(items, [0, 0], [3, 4]), false, true)], 1)
      }
      const byScores = (users: tf.Tensor, items: tf.Tensor) =>
        tf.sum(terms(softmax, params, scoresOf(users, items), { positive: observed, logQ: ofRows }))
      const byFactors = (users: tf.Tensor, items: tf.Tensor) =>
        tf.sum(
          softmax.apply(params, { score: { tensor: users, factors: { user: users, item: items, shared } } } as never, {
            shared: { excluded, ...(correct ? { logQ } : {}) },
          }),
        )
      const expected = tf.valueAndGrads(byScores as never)([user, item])
      const found = tf.valueAndGrads(byFactors as never)([user, item])
      expect(found.value.dataSync()[0]).toBeCloseTo(expected.value.dataSync()[0]!, 4)
      found.grads.forEach((grad, side) => {
        const wanted = expected.grads[side]!.dataSync()
        grad.dataSync().forEach((value, place) => {
          expect(value).toBeCloseTo(wanted[place]!, 4)
        })
      })
    }
  })

  test('of each group of hard draws the highest-scoring one is the negative', () => {
    const scores = tf.tensor2d([[1, 4, 2, -3, -1]])
    const hard = { negatives: { count: 2, hard: 2 } }
    const same = tf.tensor2d([[1, 4, -1]])
    for (const loss of [bpr, ccl, warp, softmax] as readonly Loss[]) {
      const given = { margin: 0.5, weight: 3, temperature: 1 }
      expect(total(loss, { ...given, ...hard }, scores, { items: 9 })).toBeCloseTo(
        total(loss, { ...given, negatives: 2 }, same, { items: 9 }),
        5,
      )
    }
  })

  test('shared negatives that the user has are left out', () => {
    const scores = tf.tensor2d([[1, 4, 2, -3]])
    const positive = tf.tensor2d([[1, 1, 0, 0]])
    const same = tf.tensor2d([[1, 2, -3]])
    for (const loss of [bpr, ccl, warp, softmax] as readonly Loss[]) {
      const given = { margin: 0.5, weight: 3, temperature: 1 }
      const shared = { ...given, negatives: { count: 3, shared: true } }
      expect(total(loss, shared, scores, { items: 9, positive })).toBeCloseTo(
        total(loss, { ...given, negatives: 2 }, same, { items: 9 }),
        5,
      )
    }
    const hard = { negatives: { count: 1, hard: 3, shared: true } }
    expect(total(bpr, hard, scores, { positive })).toBeCloseTo(total(bpr, { negatives: 1 }, tf.tensor2d([[1, 2]])), 5)
  })
})

test('losses declare their examples', () => {
  expect(mse.examples({})).toEqual({ of: 'event', items: 'own' })
  expect(bce.examples({ negatives: 4 })).toMatchObject({ items: 'sampled', reads: { user: 5, item: 1 } })
  expect(bpr.examples({ negatives: 3 })).toMatchObject({ items: 'sampled', reads: { user: 3, item: 3 } })
  expect(bce.examples({ negatives: { sampler: 'in-batch' } })).toMatchObject({ items: 'in-batch' })
  expect(bce.examples({ negatives: { sampler: 'in-batch' } }).reads).toBeUndefined()
  expect(softmax.examples({ temperature: 1 })).toEqual({ of: 'event', items: 'all' })
  expect(softmax.examples({ temperature: 1, negatives: 2 }).negatives).toEqual({
    count: 2,
    hard: 1,
    shared: false,
    sampler: { type: 'uniform' },
    inBatch: false,
    exclude: 'observed',
  })
  expect(mse.quadratic!({}).unobserved).toBeUndefined()
  expect([mse.quadratic!({}).target(3), mse.quadratic!({}).weight(3)]).toEqual([3, 1])
})

test('only cross-entropies predict a probability', () => {
  const probabilities = Object.entries(losses).flatMap(([name, { predicts }]: [string, Loss]) =>
    predicts === 'probability' ? [name] : [],
  )
  expect(probabilities).toEqual(['bce', 'crossentropy', 'gbce'])
})

test.each([
  ['mse without a target', mse, {}, false, 'needs a target'],
  ['mae without a target', mae, {}, false, 'needs a target'],
  ['mse with a target', mse, {}, true, undefined],
  ['bce with neither', bce, {}, false, 'needs a target or negatives'],
  ['bce with both', bce, { negatives: 4 }, true, needsPositives],
  ['bce with a target', bce, {}, true, undefined],
  ['bce with negatives', bce, { negatives: 4 }, false, undefined],
  [
    'bce corrected',
    bce,
    { negatives: { count: 1, correct: 'log-q' } },
    false,
    'has no log-q correction, got "correct"',
  ],
  ['bpr with a target', bpr, { negatives: 1 }, true, needsPositives],
  ['bpr', bpr, { negatives: 1 }, false, undefined],
  ['softmax with a target', softmax, { temperature: 1 }, true, needsPositives],
] as const)('%s', (_, loss, params, target, reason) => {
  expect(loss.rejects!(params, { target })).toBe(reason)
})

test.each([
  ['bce', bce, { negatives: 4 }],
  ['bpr', bpr, { negatives: 1 }],
  ['ccl', ccl, { negatives: 4 }],
  ['softmax', softmax, { temperature: 1 }],
  ['warp', warp, { negatives: 4 }],
] as const)('%s takes a target that says which events are positive', (_, loss, params) => {
  expect(loss.rejects!(params, { target: true, label: true })).toBeUndefined()
})
