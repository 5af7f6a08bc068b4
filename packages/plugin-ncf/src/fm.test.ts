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

/** The value of the expansion on tensors [rows, width], by the operators that it names. */
const evaluateFm = (inputs: readonly tf.Tensor[]): tf.Tensor => {
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

test('the score is (‖Σ v‖² − Σ ‖v‖²) / 2', () => {
  const sum = [0, 1, 2].map((z) => vectors.reduce((total, vector) => total + vector[z]!, 0))
  const expected = (product(sum, sum) - vectors.reduce((total, vector) => total + product(vector, vector), 0)) / 2
  const found = tf.tidy(() => [...evaluateFm(vectors.map((vector) => tf.tensor2d([vector]))).dataSync()])
  expect(found).toEqual([expected])
})

test('the gradient of each vector is the sum of the others', () => {
  const found = tf.tidy(() =>
    tf
      .grads((...inputs) => tf.sum(evaluateFm(inputs)))(vectors.map((vector) => tf.tensor2d([vector])))
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

/** The graph of a document whose score is the factorization machine of some tables. */
const graphOf = (...inputs: (keyof typeof tables)[]) => {
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

test('user and item fields factorize: pairs of both sides are products, pairs of one side are biases', () => {
  const { terms, obstacle } = factorize(graphOf('p', 'a', 'q', 'g'), 'score/score')
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

test('one user field and one item field are one dot product to every solver', () => {
  const { terms } = factorize(graphOf('p', 'q'), 'score/score', { trains: new Set(['p', 'q']) })
  expect(terms!.map(({ user, item }) => [user!.node, item!.node])).toEqual([['p', 'q']])
})

test('rejects one vector, more than 64, and vectors of different widths', () => {
  expect(() => graphOf('p')).toThrow('needs 2 to 64 inputs, got 1')
  const many = Array.from({ length: 65 }, (_, place) => `v${place}`)
  expect(() => fm.expand({}, { vectors: many })).toThrow('needs 2 to 64 inputs, got 65')
  expect(Object.keys(fm.expand({}, { vectors: many.slice(1) }).ops)).toHaveLength((64 * 63) / 2 + 1)
  expect(() => graphOf('p', 'narrow')).toThrow('needs inputs of equal width, got [4] and [3]')
})
