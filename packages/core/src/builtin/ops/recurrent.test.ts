import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { noise } from '../../../test/noise.js'
import { backends, useBackend } from '../../backend/backend.js'
import type { Context } from '../../contract/value.js'
import { gru } from './gru.js'
import { lstm } from './lstm.js'

const context: Context = { training: false, uniform: (shape) => tf.zeros([...shape]), assign: () => {} }
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const [n, length, dim, units] = [3, 4, 2, 3]
/** Steps that count; the second sequence has a hole, the third is empty. */
const seen = [
  [1, 1, 1, 1],
  [1, 0, 1, 0],
  [0, 0, 0, 0],
]

/** x W + b for one vector and a kernel [in, out]. */
const affine = (x: readonly number[], kernel: number[][], bias: readonly number[]) =>
  bias.map((b, unit) => x.reduce((sum, value, row) => sum + value * kernel[row]![unit]!, b))

const gates = (values: readonly number[]) =>
  Array.from({ length: values.length / units }, (_, gate) => values.slice(gate * units, (gate + 1) * units))

type Step = (x: number[], h: number[], c: number[]) => [h: number[], c: number[]]

/** The state after each step, step by step in doubles. */
const byHand = (x: number[][][], step: Step) =>
  x.map((steps, row) => {
    let state: [number[], number[]] = [Array(units).fill(0), Array(units).fill(0)]
    return steps.map((values, place) => {
      if (seen[row]![place]) state = step(values, ...state)
      return state[0]
    })
  })

describe.each([...backends()])('on %s', (name) => {
  beforeEach(async () => {
    await useBackend(name)
  })

  const compare = (
    layer: typeof lstm,
    weights: Record<string, tf.Tensor>,
    step: (arrays: Record<string, number[][]>) => Step,
  ) => {
    const x = noise([n, length, dim], 1)
    const arrays = Object.fromEntries(
      Object.entries(weights).map(([key, value]) => [key, value.arraySync() as number[][]]),
    )
    const expected = byHand(x.arraySync() as number[][][], step(arrays))
    const input = { x: { tensor: x, mask: tf.tensor2d(seen) } }
    const all = layer.apply({ units, returns: 'sequence' }, input as never, weights, context)
    const last = layer.apply({ units, returns: 'last' }, input as never, weights, context)
    const flat = [...all.tensor.dataSync()]
    expected.flat(2).forEach((value, place) => {
      expect(flat[place]).toBeCloseTo(value, 5)
    })
    expected.forEach((states, row) => {
      states.at(-1)!.forEach((value, lane) => {
        expect(last.tensor.dataSync()[row * units + lane]).toBeCloseTo(value, 5)
      })
    })
    expect([all.mask, last.mask]).toEqual([input.x.mask, undefined])
  }

  test('an lstm follows its equations and carries its state over masked steps', () => {
    const weights = {
      kernel: noise([dim, 4 * units], 2),
      recurrent: noise([units, 4 * units], 3),
      bias: noise([4 * units], 4),
    }
    compare(lstm, weights, ({ kernel, recurrent, bias }) => (x, h, c) => {
      const sums = affine([...x, ...h], [...kernel!, ...recurrent!], bias as unknown as number[])
      const [i, f, candidate, o] = gates(sums) as [number[], number[], number[], number[]]
      const cell = c.map((value, k) => sigmoid(f[k]! + 1) * value + sigmoid(i[k]!) * Math.tanh(candidate[k]!))
      return [cell.map((value, k) => sigmoid(o[k]!) * Math.tanh(value)), cell]
    })
  })

  test('a gru follows its equations', () => {
    const weights = {
      kernel: noise([dim, 3 * units], 2),
      recurrent: noise([units, 3 * units], 3),
      bias: noise([3 * units], 4),
      recurrentBias: noise([3 * units], 5),
    }
    compare(gru, weights, ({ kernel, recurrent, bias, recurrentBias }) => (x, h, c) => {
      const [zx, rx, nx] = gates(affine(x, kernel!, bias as unknown as number[])) as [number[], number[], number[]]
      const [zh, rh, nh] = gates(affine(h, recurrent!, recurrentBias as unknown as number[])) as [
        number[],
        number[],
        number[],
      ]
      const next = h.map((value, k) => {
        const update = sigmoid(zx[k]! + zh[k]!)
        const candidate = Math.tanh(nx[k]! + sigmoid(rx[k]! + rh[k]!) * nh[k]!)
        return update * value + (1 - update) * candidate
      })
      return [next, c]
    })
  })

  test('padding does not change a state', () => {
    const weights = { kernel: noise([dim, 12], 2), recurrent: noise([units, 12], 3), bias: noise([12], 4) }
    const x = noise([1, 2, dim], 9)
    const run = (value: { tensor: tf.Tensor; mask?: tf.Tensor }) => [
      ...lstm.apply({ units, returns: 'last' }, { x: value } as never, weights, context).tensor.dataSync(),
    ]
    const padded = { tensor: tf.concat([x, noise([1, 3, dim], 10)], 1), mask: tf.tensor2d([[1, 1, 0, 0, 0]]) }
    const expected = run({ tensor: x })
    // equal bits are promised on wasm and cpu; tensorflow sums by how its memory is aligned
    if (name === 'tensorflow') {
      for (const [k, state] of run(padded).entries()) expect(state).toBeCloseTo(expected[k]!, 6)
    } else expect(run(padded)).toEqual(expected)
  })

  test('empty sequences still give every weight a gradient', () => {
    const weights = [noise([dim, 12], 2), noise([units, 12], 3), noise([12], 4)]
    const x = { tensor: noise([2, 3, dim], 1), mask: tf.zeros([2, 3]) }
    const f = (kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor) =>
      lstm.apply({ units, returns: 'last' }, { x } as never, { kernel, recurrent, bias }, context).tensor
    expect([...f(...(weights as [tf.Tensor, tf.Tensor, tf.Tensor])).dataSync()]).toEqual(Array(2 * units).fill(0))
    for (const gradient of tf.grads(f)(weights))
      expect([...gradient.dataSync()].every((slope) => slope === 0)).toBe(true)
  })
})
