import { type Layer, tf, useBackend } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { beforeAll, expect, test } from 'vitest'
import { cross } from './cross.js'
import { ncf } from './index.js'

beforeAll(() => useBackend('cpu'))

const x0 = [
  [1, -2],
  [0.5, 3],
]
const weights = {
  vector: {
    kernel1: [[0.5], [-1]],
    bias1: [0.25, 1],
    kernel2: [[2], [0.5]],
    bias2: [-1, 0.5],
  },
  matrix: {
    kernel1: [
      [0.5, 1],
      [-1, 2],
    ],
    bias1: [0.25, 1],
    kernel2: [
      [2, 0],
      [0.5, -0.5],
    ],
    bias2: [-1, 0.5],
  },
}
type Kernel = keyof typeof weights

/** Two layers in plain loops. */
const expectedOf = (kernel: Kernel) =>
  x0.map((first) => {
    let x = first
    for (const number of [1, 2] as const) {
      const w = weights[kernel][`kernel${number}`]
      const b = weights[kernel][`bias${number}`]
      const mixed = w[0]!.map((_, unit) => x.reduce((sum, value, column) => sum + value * w[column]![unit]!, 0))
      x = x.map((value, column) =>
        kernel === 'vector'
          ? first[column]! * mixed[0]! + b[column]! + value
          : first[column]! * (mixed[column]! + b[column]!) + value,
      )
    }
    return x
  })

const applied = (kernel: Kernel, x: tf.Tensor, values: Record<string, tf.Tensor>) =>
  (cross as Layer).apply({ layers: 2, kernel }, { x: { tensor: x } }, values, undefined as never).tensor

const tensors = (kernel: Kernel) =>
  Object.fromEntries(Object.entries(weights[kernel]).map(([name, value]) => [name, tf.tensor(value as number[])]))

test.each(['vector', 'matrix'] as const)('two layers with kernel %s equal the formula in plain loops', (kernel) => {
  const found = tf.tidy(() => [...applied(kernel, tf.tensor2d(x0), tensors(kernel)).dataSync()])
  expect(found).toEqual(expectedOf(kernel).flat())
})

const document = (op: object, dim = 3) => ({
  name: 'cross.json',
  text: JSON.stringify({
    recspec: 1,
    name: 'cross',
    inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
    embeddings: { p: { input: 'user', dim }, q: { input: 'item', dim: 5 } },
    ops: {
      crossed: { type: 'ncf/cross', inputs: ['p', 'q'], ...op },
      score: { type: 'dense', inputs: ['crossed'], units: 1 },
    },
    heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: 4 } } },
    solver: { type: 'adam' },
  }),
})

test('the result is as wide as the concatenated inputs; each layer has a kernel and a bias', () => {
  const shapes = (op: object) => {
    const node = compile(document(op), [ncf]).nodes.get('crossed')!
    const weights = node.kind === 'op' ? Object.entries(node.weights).map(([name, { shape }]) => [name, ...shape]) : []
    return [node.shape, ...weights]
  }
  expect(shapes({ layers: 1 })).toEqual([[8], ['kernel1', 8, 1], ['bias1', 8]])
  expect(shapes({ kernel: 'matrix' })).toEqual([[8], ['kernel1', 8, 8], ['bias1', 8], ['kernel2', 8, 8], ['bias2', 8]])
})

test('rejects 0 or too many layers, an unknown kernel and sequences', () => {
  expect(() => compile(document({ layers: 0 }), [ncf])).toThrow('/ops/crossed/layers')
  expect(() => compile(document({ layers: 1_000_000 }), [ncf])).toThrow('/ops/crossed/layers')
  expect(() => compile(document({ kernel: 'tensor' }), [ncf])).toThrow('/ops/crossed/kernel')
  expect(() => (cross as Layer).shape({}, { x: ['length', 4] } as never)).toThrow('needs vectors, got [length, 4]')
})
