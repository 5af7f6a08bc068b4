import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { noise } from '../../../test/noise.js'
import { backends, useBackend } from '../../backend/backend.js'
import type { Context, Value } from '../../contract/value.js'
import { conv1d } from './conv1d.js'
import { pool } from './pool.js'

const context: Context = { training: true, uniform: (shape) => tf.zeros([...shape]), assign: () => {} }
const pooled = (by: string[], x: Value) => pool.apply({ by }, { x } as never, {}, context).tensor

describe.each([...backends()])('on %s', (name) => {
  beforeEach(async () => {
    await useBackend(name)
  })

  test('a pool reads unmasked steps, and gives 0 for an empty sequence', () => {
    const tensor = tf.tensor3d([
      [
        [1, -5],
        [3, -7],
        [9, 9],
      ],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ]) // prettier-ignore
    const mask = tf.tensor2d([
      [1, 1, 0],
      [0, 0, 0],
      [1, 0, 1],
    ]) // prettier-ignore
    const found = (by: string) => pooled([by], { tensor, mask }).arraySync()
    expect(found('mean')).toEqual([
      [2, -6],
      [0, 0],
      [3, 4],
    ]) // prettier-ignore
    expect(found('max')).toEqual([
      [3, -5],
      [0, 0],
      [5, 6],
    ]) // prettier-ignore
    expect(found('sum')).toEqual([
      [4, -12],
      [0, 0],
      [6, 8],
    ]) // prettier-ignore
    expect(found('last')).toEqual([
      [3, -7],
      [0, 0],
      [5, 6],
    ]) // prettier-ignore
    expect(pooled(['last', 'sum'], { tensor }).arraySync()).toEqual([
      [9, 9, 13, -3],
      [5, 6, 9, 12],
      [5, 6, 9, 12],
    ]) // prettier-ignore
  })

  test('tied maxima share the gradient', () => {
    const x = tf.tensor3d([2, 2, 1, 2], [1, 4, 1])
    const mask = tf.tensor2d([[1, 1, 1, 0]])
    const gradient = tf.grad((tensor) => tf.sum(pooled(['max'], { tensor: tf.mul(tensor, 3), mask })))(x)
    expect([...gradient.dataSync()]).toEqual([1.5, 1.5, 0, 0])
  })

  test.each(
    [
      [5, 3, 1],
      [6, 2, 1],
      [7, 4, 2],
      [8, 3, 3],
      [4, 1, 3],
      [3, 7, 2],
      [1, 4, 2],
    ].flatMap((sizes) => ['same', 'causal'].map((padding) => [...sizes, padding] as [number, number, number, string])),
  )('a convolution over %d steps, width %d, stride %d, padding %s, is the sum it stands for', (...sizes) => {
    const [length, width, stride, padding] = sizes
    const [n, dim, filters] = [2, 3, 2]
    const x = noise([n, length, dim], 1)
    const kernel = noise([width * dim, filters], 2)
    const bias = noise([filters], 3)
    const params = { filters, width, stride, padding, activation: 'linear', useBias: true }
    const found = conv1d.apply(params, { x: { tensor: x } } as never, { kernel, bias }, context).tensor
    const values = x.arraySync() as number[][][]
    const taps = kernel.arraySync() as number[][]
    const places = Math.ceil(length / stride)
    const missing = Math.max((places - 1) * stride + width - length, 0)
    const before = padding === 'causal' ? width - 1 : Math.floor(missing / 2)
    const expected = values.flatMap((steps) =>
      Array.from({ length: places }, (_, place) =>
        [...bias.dataSync()].map((start, filter) => {
          let sum = start
          for (let tap = 0; tap < width; tap++)
            for (let lane = 0; lane < dim; lane++)
              sum += (steps[place * stride + tap - before]?.[lane] ?? 0) * taps[tap * dim + lane]![filter]!
          return sum
        }),
      ),
    )
    expect(found.shape).toEqual([n, places, filters])
    const flat = [...found.dataSync()]
    expected.flat().forEach((value, place) => {
      expect(flat[place]).toBeCloseTo(value, 4)
    })
  })

  test('masked steps do not reach a convolution', () => {
    const kernel = noise([6, 2], 2)
    const params = { filters: 2, width: 3, stride: 2, activation: 'linear', useBias: false }
    const run = (hidden: number) => {
      const tensor = tf.concat([noise([1, 3, 2], 1), tf.fill([1, 2, 2], hidden)], 1)
      return conv1d.apply(params, { x: { tensor, mask: tf.tensor2d([[1, 1, 1, 0, 0]]) } } as never, { kernel }, context)
    }
    expect([...run(7).tensor.dataSync()]).toEqual([...run(0).tensor.dataSync()])
    expect([...run(7).mask!.dataSync()]).toEqual([1, 1, 0])
  })

  test('a named length is kept, or divided by the stride', () => {
    const params = { filters: 2, width: 3, activation: 'linear', useBias: true }
    expect(conv1d.shape({ ...params, stride: 1 }, { x: ['length', 4] } as never)).toEqual(['length', 2])
    expect(conv1d.shape({ ...params, stride: 2 }, { x: ['length', 4] } as never)).toEqual(['length/2', 2])
    expect(() => pool.shape({ by: ['max'] }, { x: [4] } as never)).toThrow('needs a sequence [length, width], got [4]')
  })
})
