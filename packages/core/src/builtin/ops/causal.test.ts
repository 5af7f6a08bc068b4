import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { noise } from '../../../test/gradient.js'
import { backends, useBackend } from '../../backend/backend.js'
import type { Layer } from '../../contract/layer.js'
import type { Context } from '../../contract/value.js'
import * as namespace from './index.js'

const layers: Readonly<Record<string, Layer>> = { ...namespace }
const serving: Context = {
  training: false,
  uniform: (shape) => tf.zeros([...shape]),
  assign: () => {},
}
const [n, length, dim] = [4, 5, 4]

/** Ops that read sequences, with parameters under which later steps do not matter. */
const causal: readonly (readonly [string, Record<string, unknown>])[] = [
  ['dense', { units: 3, activation: 'tanh', useBias: true }],
  ['activation', { function: 'gelu' }],
  ['bias', { init: 'zeros', trainable: true }],
  ['l2Norm', {}],
  ['layerNorm', { epsilon: 1e-3 }],
  ['dropout', { rate: 0.4 }],
  ['position', {}],
  ['attention', { blocks: 2, heads: 2, causal: true, dropout: 0 }],
  ['gru', { units: 3, returns: 'last' }],
  ['gru', { units: 3, returns: 'sequence' }],
  ['lstm', { units: 3, returns: 'last' }],
  ['lstm', { units: 3, returns: 'sequence' }],
  ['conv1d', { filters: 3, width: 3, stride: 1, padding: 'causal', activation: 'relu', useBias: true }],
  ['pool', { by: ['last', 'mean', 'sum'] }],
  ['pool', { by: ['mean'], returns: 'sequence' }],
]

/** Sequences of 5, 3, 1 and 0 steps. */
const lengths = [5, 3, 1, 0]
const mask = tf.util.flatten(
  lengths.map((own) => Array.from({ length }, (_, step) => (step < own ? 1 : 0))),
) as number[]

describe.each([...backends()])('on %s', (name) => {
  beforeEach(async () => {
    await useBackend(name)
  })

  test.each(causal)('%s %o gives at each step what it gives for the sequence that ends there', (op, params) => {
    const definition = layers[op]!
    const x = noise([n, length, dim], 1)
    const known = { x: [length, dim] } as never
    const weights = Object.fromEntries(
      Object.entries(definition.weights?.(params, known) ?? {}).map(([short, { shape }], k) => [
        short,
        noise(shape, 9 + k),
      ]),
    )
    const stepwise = definition.causal!(params)!
    const reduces = definition.shape(params, known).length === 1
    const present = tf.tensor2d(mask, [n, length])
    const { tensor: whole } = definition.apply(stepwise, { x: { tensor: x, mask: present } } as never, weights, serving)
    expect(whole.shape).toEqual([n, ...definition.shape(stepwise, known)])
    const width = whole.shape[2]!
    const found = whole.dataSync()
    for (let end = 1; end <= length; end++) {
      const cut = {
        tensor: tf.slice(x, [0, 0, 0], [n, end, dim]),
        mask: tf.slice(present, [0, 0], [n, end]),
      }
      const { tensor } = definition.apply(params, { x: cut } as never, weights, serving)
      const last = reduces ? tensor : tf.squeeze(tf.slice(tensor, [0, end - 1, 0], [n, 1, width]), [1])
      const expected = last.dataSync()
      for (let row = 0; row < n; row++) {
        // of an empty sequence the first step has the value
        const read = end <= lengths[row]! || (reduces && lengths[row] === 0 && end === 1)
        for (let lane = 0; read && lane < width; lane++)
          expect(found[(row * length + end - 1) * width + lane]).toBeCloseTo(expected[row * width + lane]!, 4)
      }
    }
  })
})

test.each([
  ['attention', { causal: false }, 'needs "causal": true'],
  ['conv1d', { stride: 1 }, 'needs "padding": "causal"'],
  ['conv1d', { stride: 2, padding: 'causal' }, 'needs stride 1, got 2'],
  ['pool', { by: ['mean', 'max'] }, 'has no running "max"'],
] as const)('%s with %o says what it needs', (op, params, message) => {
  expect(() => layers[op]!.causal!(params)).toThrow(message)
})

test('batch normalization, whose statistics are over all steps, is not causal', () => {
  expect(layers['batchNorm']!.causal).toBeUndefined()
})
