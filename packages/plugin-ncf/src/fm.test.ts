import { builtin, factorize, type Layer, tf, useBackend } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { beforeAll, expect, test } from 'vitest'
import { fm } from './fm.js'
import { ncf } from './index.js'

beforeAll(() => useBackend('cpu'))

const vectors = [
  [1, -2, 0.5],
  [0.25, 3, -1],
  [2, 0, 1.5],
  [-1, 1, 4],
]

/** The expansion at work on tensors [rows, width], by the operators it names. */
const worth = (inputs: readonly tf.Tensor[]): tf.Tensor => {
  const names = inputs.map((_, place) => `v${place}`)
  const values = new Map(inputs.map((tensor, place) => [names[place]!, tensor]))
  const { ops, output } = fm.expand({}, { vectors: names })
  for (const [name, { type, inputs }] of Object.entries(ops)) {
    const { apply, inputs: ports } = builtin.layers![type] as Layer
    const given = inputs.map((input) => ({ tensor: values.get(input)! }))
    const ported = ports.vectors ? { vectors: given } : { a: given[0]!, b: given[1]! }
    values.set(`.${name}`, apply({}, ported as never, {}, undefined as never).tensor)
  }
  return values.get(`.${output}`)!
}

const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, z) => sum + value * b[z]!, 0)

test('the score is half the square of the sum without the sum of the squares', () => {
  const sum = [0, 1, 2].map((z) => vectors.reduce((total, vector) => total + vector[z]!, 0))
  const expected = (product(sum, sum) - vectors.reduce((total, vector) => total + product(vector, vector), 0)) / 2
  const found = tf.tidy(() => [...worth(vectors.map((vector) => tf.tensor2d([vector]))).dataSync()])
  expect(found).toEqual([expected])
})

test('the gradient of each vector is the sum of the others', () => {
  const found = tf.tidy(() =>
    tf
      .grads((...inputs) => tf.sum(worth(inputs)))(vectors.map((vector) => tf.tensor2d([vector])))
      .map((gradient) => [...gradient.dataSync()]),
  )
  const others = vectors.map((_, place) =>
    [0, 1, 2].map((z) => vectors.reduce((sum, vector, other) => sum + (other === place ? 0 : vector[z]!), 0)),
  )
  expect(found).toEqual(others)
})

const tables = {
  p: { input: 'user', dim: 4 },
  a: { input: 'age', dim: 4 },
  q: { input: 'item', dim: 4 },
  g: { input: 'genre', dim: 4 },
  narrow: { input: 'item', dim: 3 },
}
const fields = {
  user: { type: 'id', entity: 'user' },
  age: { type: 'bucket', entity: 'user' },
  item: { type: 'id', entity: 'item' },
  genre: { type: 'category', entity: 'item' },
}

/** A document whose score is the machine of some tables. */
const machine = (...inputs: (keyof typeof tables)[]) => {
  const embeddings = inputs.map((name) => [name, tables[name]] as const)
  const read = new Set(embeddings.map(([, { input }]) => input))
  const document = {
    recspec: 1,
    name: 'fm',
    inputs: Object.fromEntries(Object.entries(fields).filter(([name]) => read.has(name))),
    embeddings: Object.fromEntries(embeddings),
    ops: { score: { type: 'ncf/fm', inputs } },
    heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: 4 } } },
    solver: { type: 'adam' },
  }
  return compile({ name: 'fm.json', text: JSON.stringify(document) }, [ncf])
}

test('fields of users and items factorize: pairs of both sides are products, pairs of one side are biases', () => {
  const { terms, obstacle } = factorize(machine('p', 'a', 'q', 'g'), 'score/score')
  expect(obstacle).toBeUndefined()
  expect(terms!.map(({ user, item }) => [user?.node, item?.node])).toEqual([
    ['score/pair1_2', undefined],
    ['p', 'q'],
    ['p', 'g'],
    ['a', 'q'],
    ['a', 'g'],
    [undefined, 'score/pair3_4'],
  ])
})

test('of one user field and one item field it is a dot product to every solver', () => {
  const { terms } = factorize(machine('p', 'q'), 'score/score', new Set(['p', 'q']))
  expect(terms!.map(({ user, item }) => [user!.node, item!.node])).toEqual([['p', 'q']])
})

test('one vector has nobody to meet, and vectors of two widths do not', () => {
  expect(() => machine('p')).toThrow('needs two inputs or more, got 1')
  expect(() => machine('p', 'narrow')).toThrow('needs inputs of equal width, got [4] and [3]')
})
