import { key, uniform } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { noise } from '../../../test/noise.js'
import { backends, useBackend } from '../../backend/backend.js'
import type { Context } from '../../contract/value.js'
import { batchNorm } from './batchnorm.js'
import { dropout } from './dropout.js'
import { l2Norm } from './l2norm.js'

const run = (training: boolean) => {
  const assigned = new Map<string, tf.Tensor>()
  const context: Context = {
    training,
    uniform: (shape) =>
      tf.tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, draw) => uniform(key(5), draw)),
        [...shape],
      ),
    assign: (weight, value) => void assigned.set(weight, value),
  }
  return { context, assigned }
}

describe.each([...backends()])('on %s', (name) => {
  beforeEach(async () => {
    await useBackend(name)
  })

  const params = { momentum: 0.9, epsilon: 1e-3 }
  const weights = () => ({
    gamma: tf.ones([2]),
    beta: tf.zeros([2]),
    mean: tf.tensor1d([1, 2]),
    variance: tf.tensor1d([4, 9]),
  })

  test('batch normalization trains with statistics of the batch and updates running ones', () => {
    const { context, assigned } = run(true)
    const tensor = tf.tensor2d([
      [1, 10],
      [3, 30],
    ])
    const out = batchNorm.apply(params, { x: { tensor } } as never, weights(), context).tensor.dataSync()
    const edge = (deviation: number) => deviation / Math.sqrt(deviation ** 2 + 1e-3)
    ;[-edge(1), -edge(10), edge(1), edge(10)].forEach((value, place) => {
      expect(out[place]).toBeCloseTo(value, 5)
    })
    const remembered = ['mean', 'variance'].flatMap((weight) => [...assigned.get(weight)!.dataSync()])
    ;[0.9 + 0.2, 1.8 + 2, 3.6 + 0.1, 8.1 + 10].forEach((value, place) => {
      expect(remembered[place]).toBeCloseTo(value, 4)
    })
  })

  test('when serving it reads the running statistics and does not change them', () => {
    const { context, assigned } = run(false)
    const tensor = tf.tensor2d([[3, -1]])
    const out = batchNorm.apply(params, { x: { tensor } } as never, weights(), context).tensor.dataSync()
    expect(out[0]).toBeCloseTo(2 / Math.sqrt(4.001), 5)
    expect(out[1]).toBeCloseTo(-3 / Math.sqrt(9.001), 5)
    expect(assigned.size).toBe(0)
  })

  test('padding does not count in the statistics of a batch', () => {
    const mask = tf.tensor2d([
      [1, 1, 0],
      [1, 0, 0],
    ]) // prettier-ignore
    const tensor = noise([2, 3, 2], 3)
    const real = tf.concat([tf.slice(tensor, [0, 0, 0], [1, 2, 2]), tf.slice(tensor, [1, 0, 0], [1, 1, 2])], 1)
    const padded = run(true)
    const plain = run(true)
    batchNorm.apply(params, { x: { tensor, mask } } as never, weights(), padded.context)
    batchNorm.apply(params, { x: { tensor: tf.reshape(real, [3, 2]) } } as never, weights(), plain.context)
    for (const weight of ['mean', 'variance'])
      [...padded.assigned.get(weight)!.dataSync()].forEach((value, lane) => {
        expect(value).toBeCloseTo(plain.assigned.get(weight)!.dataSync()[lane]!, 5)
      })
  })

  test('l2Norm normalizes every vector except zero vectors', () => {
    const tensor = tf.tensor([3, 4, 0, 0, -5, 12], [3, 2])
    const { tensor: found } = l2Norm.apply({}, { x: { tensor } } as never, {}, run(true).context)
    const expected = [0.6, 0.8, 0, 0, -5 / 13, 12 / 13]
    found.dataSync().forEach((value, lane) => {
      expect(value).toBeCloseTo(expected[lane]!, 6)
    })
  })

  test('dropout keeps the expectation, and changes nothing when serving', () => {
    const tensor = tf.ones([100, 50])
    const drop = (training: boolean, rate: number) =>
      dropout.apply({ rate }, { x: { tensor } } as never, {}, run(training).context).tensor
    const values = [...drop(true, 0.25).dataSync()]
    expect([...new Set(values)].sort()).toEqual([0, Math.fround(4 / 3)])
    expect(values.filter((value) => value === 0).length / values.length).toBeCloseTo(0.25, 1)
    expect(drop(false, 0.25)).toBe(tensor)
    expect(drop(true, 0)).toBe(tensor)
  })
})
