import { type Layer, layer, loss, type Plugin, Type, tf } from '@recspec/core'
import { expect, test } from 'vitest'
import { check } from '../src/index.js'

const params = Type.Object({ each: Type.Optional(Type.Boolean()) }, { additionalProperties: false })

/** A plugin with an op that reads a sequence, with `causal` as given. */
const reader = (causal?: Layer['causal'], inputs: Layer['inputs'] = { x: 'one' }): Plugin => ({
  name: 'odd',
  apiVersion: 1,
  version: '0.1.0',
  layers: {
    read: layer({
      summary: 'Reads a sequence.',
      params,
      inputs,
      shape: ({ each }, { x }) => (each ? (x as number[]) : [4]),
      ...(causal ? { causal } : {}),
      apply: () => ({ tensor: tf.zeros([1, 4]) }),
    }),
  },
  losses: {
    both: loss({
      summary: 'Reads two nodes.',
      params: Type.Object({}, { additionalProperties: false }),
      inputs: { score: 'one', other: 'one' },
      examples: () => ({ of: 'event', items: 'own' }),
      apply: (_, { score }) => score.tensor,
    }),
  },
})

const found = (plugin: Plugin, ops: object = {}, heads: object = {}) => {
  const document = {
    inputs: {
      user: { type: 'id', entity: 'user' },
      item: { type: 'id', entity: 'item' },
      met: { type: 'history', entity: 'user', before: 'event', maxLength: 9 },
    },
    embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 }, h: { input: 'met', table: 'q' } },
    ops: {
      state: { type: 'odd/read', inputs: ['h'] },
      both: { type: 'sum', inputs: ['state', 'p'] },
      score: { type: 'dot', inputs: ['both', 'q'] },
      ...ops,
    },
    heads: { next: { inputs: ['score'], loss: { type: 'bce', negatives: 1 }, examples: 'sequences' }, ...heads },
    solver: { type: 'adam' },
  }
  const { graph, diagnostics } = check({ name: 'x.json', text: JSON.stringify(document) }, [plugin])
  return { graph, said: diagnostics.map(({ pointer, code, message }) => `${pointer} ${code}: ${message}`) }
}

test("a plugin's op takes part by the parameters that give its value at every step", () => {
  const { graph, said } = found(reader((given) => ({ ...given, each: true })))
  expect(said).toEqual([])
  expect(graph!.heads.get('next')!.examples).toBe('sequences')
})

test.each<[string, Layer['causal'], string]>([
  ['nothing', undefined, '/ops/state/type not-causal: "odd/read" gives values that depend on later steps'],
  ['undefined', () => undefined, '/ops/state/type not-causal: "odd/read" gives values that depend on later steps'],
  [
    'a sentence',
    () => {
      throw new Error('needs "each"')
    },
    '/ops/state/type not-causal: "odd/read" needs "each"',
  ],
  [
    'parameters of the last step',
    (given) => given,
    '/ops/state plugin-error: odd/read (0.1.0) failed in causal: its parameters give [4], expected [9, 4]',
  ],
  [
    'an error',
    () => {
      throw new TypeError('x is undefined')
    },
    '/ops/state plugin-error: odd/read (0.1.0) failed in causal: TypeError: x is undefined',
  ],
])('an op whose causal is %s is named', (_, causal, message) => {
  expect(found(reader(causal)).said).toEqual([message])
})

test('a plugin whose causal is no function is refused', () => {
  expect(() => found(reader('yes' as never))).toThrow('invalid op "read": "causal" is not a function')
})

const fine = reader((given) => ({ ...given, each: true }))

test('the steps of a history may not be read beside another node, for each item, or by the loss', () => {
  const two = reader((given) => ({ ...given, each: true }), { x: 'one', y: 'one' })
  expect(found(two, { state: { type: 'odd/read', inputs: ['h', 'p'] } }).said).toEqual([
    '/ops/state/type not-causal: "odd/read" reads "p" beside the steps of "h"',
  ])
  expect(found(two, { state: { type: 'odd/read', inputs: ['h', 'q'] } }).said).toEqual([
    '/ops/state/type not-causal: "odd/read" reads the steps of "h" for each item',
  ])
  const next = { inputs: ['score', 'h'], loss: { type: 'odd/both' }, target: 'rating', examples: 'sequences' }
  expect(found(fine, {}, { next }).said).toEqual([
    '/heads/next/examples unsupported-examples: unsupported "examples": "next" reads the sequence "h" itself',
  ])
})

test('every cause is named once, at what the author wrote', () => {
  const ops = { state: { type: 'attention', inputs: ['seen'] }, seen: { type: 'batchNorm', inputs: ['h'] } }
  const last = {
    pooled: { type: 'pool', inputs: ['state'], by: ['max'] },
    both: { type: 'sum', inputs: ['pooled', 'p'] },
  }
  const again = { inputs: ['score'], loss: { type: 'bce', negatives: 2 }, examples: 'sequences', ranks: false }
  expect(found(fine, { ...ops, ...last }, { again }).said).toEqual([
    '/ops/state/type not-causal: "attention" needs "causal": true',
    '/ops/seen/type not-causal: "batchNorm" gives values that depend on later steps',
    '/ops/pooled/type not-causal: "pool" has no running "max"',
  ])
})

test('heads of one phase have examples of one kind', () => {
  const again = { inputs: ['score'], loss: { type: 'bce', negatives: 1 }, ranks: false }
  expect(found(fine, {}, { again }).said).toEqual([
    '/solver/type unsupported-solver: "adam" trains heads together only when their examples are of one kind ' +
      '(events, the same positives, rows, cells or sequences of one length)',
  ])
  expect(found(fine, {}, { again: { ...again, examples: 'sequences' } }).said).toEqual([])
})

test('"events" is the default, and is kept where it is written', () => {
  const written = (head: object) => {
    const next = { inputs: ['score'], loss: { type: 'bce', negatives: 1 }, ...head }
    const { graph } = found(fine, {}, { next })
    return [
      graph!.heads.get('next')!.examples,
      (graph!.document['heads'] as { next: { examples?: string } }).next.examples,
    ]
  }
  expect(written({})).toEqual([undefined, undefined])
  expect(written({ examples: 'events' })).toEqual([undefined, 'events'])
  expect(written({ examples: 'sequences' })).toEqual(['sequences', 'sequences'])
})
