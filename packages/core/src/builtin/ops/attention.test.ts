import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { noise } from '../../../test/noise.js'
import { backends, useBackend } from '../../backend/backend.js'
import type { Context, Value } from '../../contract/value.js'
import { attention } from './attention.js'
import { position } from './position.js'

const serving: Context = { training: false, uniform: (shape) => tf.zeros([...shape]), assign: () => {} }
const standard = { blocks: 1, heads: 1, causal: false, dropout: 0 }
const dim = 4

const weights = (blocks: number) =>
  Object.fromEntries(
    Object.entries(attention.weights!({ ...standard, blocks }, { x: [5, dim] } as never)).map(
      ([name, { shape }], place) => [name, noise(shape, 20 + place)],
    ),
  )

const run = (params: Partial<typeof standard>, x: Value) =>
  attention.apply({ ...standard, ...params }, { x } as never, weights(params.blocks ?? 1), serving).tensor

const step = (out: tf.Tensor, place: number) => [...tf.slice(out, [0, place, 0], [1, 1, dim]).dataSync()]

describe.each([...backends()])('on %s', (name) => {
  beforeEach(async () => {
    await useBackend(name)
  })

  /** The same sequence with its last step replaced. */
  const pair = () => {
    const start = noise([1, 4, dim], 1)
    return [2, 3].map((seed) => tf.concat([start, noise([1, 1, dim], seed)], 1)) as [tf.Tensor, tf.Tensor]
  }

  test('a causal step does not attend to later steps, a bidirectional one does', () => {
    const [one, other] = pair()
    for (const place of [0, 3]) {
      expect(step(run({ causal: true, blocks: 2 }, { tensor: one }), place)).toEqual(
        step(run({ causal: true, blocks: 2 }, { tensor: other }), place),
      )
      expect(step(run({ blocks: 2 }, { tensor: one }), place)).not.toEqual(
        step(run({ blocks: 2 }, { tensor: other }), place),
      )
    }
    expect(step(run({ causal: true }, { tensor: one }), 4)).not.toEqual(
      step(run({ causal: true }, { tensor: other }), 4),
    )
  })

  test('masked steps are not attended to', () => {
    const mask = tf.tensor2d([[1, 1, 1, 1, 0]])
    const [one, other] = pair().map((tensor) => run({ heads: 2 }, { tensor, mask })) as [tf.Tensor, tf.Tensor]
    expect(step(one, 2)).toEqual(step(other, 2))
    expect(
      [...run({ causal: true }, { tensor: pair()[0], mask: tf.zeros([1, 5]) }).dataSync()].every(Number.isFinite),
    ).toBe(true)
  })

  test('a block is attention and a feed-forward network, each with a residual connection', () => {
    const x = noise([1, 3, dim], 1)
    const all = Object.fromEntries(
      Object.entries(weights(1)).map(([key, value]) => [key.replace('1', ''), value.arraySync()]),
    ) as Record<string, number[][] & number[]>
    const normal = (vector: number[], gamma: number[], beta: number[]) => {
      const mean = vector.reduce((sum, value) => sum + value, 0) / dim
      const variance = vector.reduce((sum, value) => sum + (value - mean) ** 2, 0) / dim
      return vector.map((value, k) => (gamma[k]! * (value - mean)) / Math.sqrt(variance + 1e-3) + beta[k]!)
    }
    const times = (vector: number[], kernel: number[][]) =>
      vector.map((_, unit) => vector.reduce((sum, value, row) => sum + value * kernel[row]![unit]!, 0))
    const plus = (a: number[], b: number[]) => a.map((value, k) => value + b[k]!)
    const part = (vector: number[], head: number) => vector.slice(head * 2, head * 2 + 2)
    const inner = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)

    const steps = (x.arraySync() as number[][][])[0]!
    const read = steps.map((vector) => normal(vector, all.attendGamma!, all.attendBeta!))
    const [query, key, value] = [all.query!, all.key!, all.value!].map((kernel) =>
      read.map((vector) => times(vector, kernel)),
    )
    const after = steps.map((vector, from) => {
      const heads = [0, 1].flatMap((head) => {
        const odds = key!.map((other) => Math.exp(inner(part(query![from]!, head), part(other, head)) / Math.SQRT2))
        const total = odds.reduce((sum, odd) => sum + odd, 0)
        return [0, 1].map((lane) =>
          odds.reduce((sum, odd, to) => sum + (odd / total) * part(value![to]!, head)[lane]!, 0),
        )
      })
      return plus(vector, times(heads, all.output!))
    })
    const expected = after.map((vector) => {
      const hidden = plus(times(normal(vector, all.feedGamma!, all.feedBeta!), all.inner!), all.innerBias!)
      const fed = plus(
        times(
          hidden.map((unit) => Math.max(unit, 0)),
          all.outer!,
        ),
        all.outerBias!,
      )
      return normal(plus(vector, fed), all.gamma!, all.beta!)
    })
    const found = [...run({ heads: 2 }, { tensor: x }).dataSync()]
    expected.flat().forEach((number, place) => {
      expect(found[place]).toBeCloseTo(number, 4)
    })
  })

  test('a position has the same vector in every sequence', () => {
    const x = noise([2, 3, dim], 1)
    const places = noise([3, dim], 2)
    const moved = position.apply({}, { x: { tensor: x } } as never, { places }, serving).tensor
    const added = [...tf.sub(moved, x).dataSync()]
    const expected = [...places.dataSync(), ...places.dataSync()]
    added.forEach((number, place) => {
      expect(number).toBeCloseTo(expected[place]!, 5)
    })
  })
})

test('attention and position refuse shapes they cannot read', () => {
  expect(() => attention.shape({ ...standard, heads: 3 }, { x: [5, 4] } as never)).toThrow(
    'needs a width that 3 heads divide, got 4',
  )
  expect(() => position.shape({}, { x: ['length', 4] } as never)).toThrow('needs a sequence of known length')
})
