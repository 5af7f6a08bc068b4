import { beforeEach, describe, expect, test } from 'vitest'
import { backends, useBackend } from '../../src/backend/backend.js'
import type { Labels } from '../../src/contract/loss.js'
import { tf } from '../../src/index.js'
import { losses, missing } from './operators.js'
import { expectClose, type GridCase, type LossCase, tensorOf, vectors } from './vectors.js'

/** Losses that read several nodes. */
const reasons = {
  'autoencoder/kl': 'held to its formula and to differences',
  'autoencoder/composite-kl': 'held to its formula and to differences',
}

test('every loss has vectors', () => {
  expect(
    missing(
      losses.keys(),
      vectors.losses.map(({ loss }) => loss),
      reasons,
    ),
  ).toEqual([])
})

const labelsOf = ({ labels: { items, users, ...tensors } }: LossCase): Labels => ({
  ...Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensorOf(tensor)])),
  ...(items === undefined ? {} : { items }),
  ...(users === undefined ? {} : { users: tf.tensor1d(users.values as number[], 'int32') }),
})

/** The sum of the terms of each example. */
const perExample = (terms: tf.Tensor, examples: number): tf.Tensor => tf.sum(tf.reshape(terms, [examples, -1]), 1)

const title = ({ loss, params, labels }: LossCase) =>
  `${loss} ${JSON.stringify(params)} with ${Object.keys(labels).join(', ') || 'scores alone'}`

/** Cases of one list of scores per example, which fused kernels compute: a target, or a positive and its negatives. */
const fused = vectors.losses.filter(({ loss, params, labels }) => {
  const { slope } = losses.get(loss)!
  return slope && (labels.target !== undefined || typeof params.negatives === 'number')
})

test('the cases of fused kernels are of every loss that has one', () => {
  const sloped = [...losses].flatMap(([name, { slope }]) => (slope ? [name] : []))
  expect(
    missing(
      sloped,
      fused.map(({ loss }) => loss),
    ),
  ).toEqual([])
})

test.each(fused.map((use) => [title(use), use] as const))('the slope of %s', (name, use) => {
  const slope = losses.get(use.loss)!.slope!(use.params, use.labels.items ?? 0)!
  const width = use.scores.shape[1] ?? 1
  const [found, slopes]: [number[], number[]] = [[], []]
  use.value.values.forEach((_, example) => {
    const scores = Float32Array.from(use.scores.values.slice(example * width, (example + 1) * width))
    const target = use.labels.target?.values[example] ?? 1
    const own = new Float64Array(width)
    if ('list' in slope) found.push(slope.list(scores, target, own))
    else found.push(slope.kernel.reference(slope.kernel.parameters, scores, width, target, own))
    slopes.push(...own)
  })
  expectClose(found, use.value, `${name}: value`)
  expectClose(slopes, use.gradient, `${name}: gradient`)
})

describe.each([...backends()])('on %s', (backend) => {
  beforeEach(async () => {
    await useBackend(backend)
  })

  test.each(vectors.losses.map((use) => [title(use), use] as const))('%s', (name, use) => {
    const loss = losses.get(use.loss)!
    const apply = (tensor: tf.Tensor) => {
      const terms = loss.apply(use.params, { score: { tensor } } as never, labelsOf(use))
      return perExample(terms, use.value.shape[0]!)
    }
    const scores = tensorOf(use.scores)
    expectClose(apply(scores).dataSync(), use.value, `${name}: value`)
    const slopes = tf.grad((given) => tf.sum(apply(given)))(scores)
    expectClose(slopes.dataSync(), use.gradient, `${name}: gradient`)
  })

  const gridTitle = ({ params, grid }: GridCase) => `${JSON.stringify(params)} ${Object.keys(grid).join(', ')}`

  test.each(vectors.grids.map((use) => [gridTitle(use), use] as const))('softmax of factors %s', (name, use) => {
    const { own, excluded, logQ } = use.grid
    const whole = (numbers: readonly number[]) => tf.tensor1d([...numbers], 'int32')
    const grid = {
      own: whole(own),
      ...(excluded ? { excluded: { start: whole(excluded.start), columns: whole(excluded.columns) } } : {}),
      ...(logQ ? { logQ: tensorOf(logQ) as tf.Tensor1D } : {}),
    }
    const apply = (user: tf.Tensor, item: tf.Tensor) => {
      const score = { tensor: tf.matMul(user, item, false, true), factors: { user, item } }
      return losses.get(use.loss)!.apply(use.params, { score } as never, { grid })
    }
    const factors = [tensorOf(use.user), tensorOf(use.item)] as const
    expectClose(apply(...factors).dataSync(), use.value, `softmax of factors ${name}: value`)
    const slopes = tf.grads((user, item) => tf.sum(apply(user!, item!)))([...factors])
    slopes.forEach((slope, place) => {
      expectClose(slope.dataSync(), use.gradients[place]!, `softmax of factors ${name}: gradient ${place + 1}`)
    })
  })
})
