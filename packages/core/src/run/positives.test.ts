import { afterAll, beforeAll, expect, test } from 'vitest'
import { fit, graphOf, ids, numbersOf, type Opened, opened, programOf, world } from '../../test/world.js'
import type { Dataset } from '../dataset/dataset.js'
import { takeEvents } from '../dataset/take.js'
import { train } from './train.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 14, items: 11 })
const ratings = data.events.columns.get('rating')!.values as Float64Array
const liked = Int32Array.from(ratings.keys()).filter((row) => ratings[row]! >= 4)
const likedOnly: Dataset = { ...data, events: takeEvents(data.events, liked) }

const document = (
  loss: object,
  solver: object = {},
  target: object | undefined = { column: 'rating', atLeast: 4 },
) => ({
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 4, l2: 0.01 }, q: { input: 'item', dim: 4, l2: 0.01 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { likes: { inputs: ['score'], loss, ...(target ? { target } : {}) } },
  solver: { type: 'adam', learningRate: 0.05, epochs: 3, batchSize: 8, ...solver },
})

const trainedBy = async (written: object, on: Dataset) => {
  const program = programOf(written as never, on, kernels)
  await fit(program)
  return numbersOf(program)
}

test('there are fewer positives than events, and some users have both', () => {
  expect(liked.length).toBeGreaterThan(20)
  expect(liked.length).toBeLessThan(data.events.count - 20)
})

test.each([
  ['softmax over all items', { type: 'softmax' }],
  ['softmax in a batch', { type: 'softmax', negatives: { sampler: 'in-batch', exclude: 'none' } }],
  ['rows of all items', { type: 'local/multinomial' }],
  ['cells', { type: 'local/cells', weight: 0.1 }],
])('%s: events below the threshold train like events that are not there', async (_, loss) => {
  const found = await trainedBy(document(loss), data)
  expect(found).toEqual(await trainedBy(document(loss, {}, undefined), likedOnly))
})

test('reads are counted of positives, and their negatives are none of the items of the user', () => {
  const loss = { type: 'bpr', negatives: 2 }
  const program = programOf(document(loss), data, kernels)
  const only = programOf(document(loss, {}, undefined), likedOnly, kernels)
  const [head] = program.graph.heads.values()
  const heads = [...program.graph.heads.values()]
  expect([...program.positives(head!)!]).toEqual([...liked])
  expect(program.examples(head!)).toBe(liked.length)
  expect(program.counts('p', heads)).toEqual(only.counts('p', heads))
  // as many draws in all, over other items
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
  expect(sum(program.counts('q', heads))).toBeCloseTo(sum(only.counts('q', heads)), 9)
  expect(program.counts('q', heads)).not.toEqual(only.counts('q', heads))
})

test.each([
  ['bpr', { type: 'bpr', negatives: 2 }],
  ['bce', { type: 'bce', negatives: { count: 3, hard: 2 } }],
  ['warp', { type: 'warp', negatives: 4 }],
  ['ccl', { type: 'ccl', negatives: 4 }],
])('%s: the fused kernel and tfjs take the same steps over positives', async (_, loss) => {
  const fused = await trainedBy(document(loss), data)
  // a norm that is never reached leaves the kernel
  const onTfjs = await trainedBy(document(loss, { clipNorm: 1e6 }), data)
  for (const [name, values] of fused)
    values.forEach((value, place) => {
      expect(onTfjs.get(name)![place]).toBeCloseTo(value, 4)
    })
})

test('a history keeps all events, and its reads are those of positive examples', async () => {
  const reading = (solver: object) => ({
    inputs: { item: ids.item, past: { type: 'history', entity: 'user', maxLength: 3, before: 'event' } },
    embeddings: {
      q: { input: 'item', dim: 3, l2: 0.01 },
      seen: { input: 'past', dim: 3, combine: 'mean', l2: 0.01 },
    },
    ops: { score: { type: 'dot', inputs: ['seen', 'q'] } },
    heads: { likes: { inputs: ['score'], loss: { type: 'bpr' }, target: { column: 'rating', atLeast: 4 } } },
    solver: { type: 'adam', ...solver },
  })
  const program = programOf(reading({}), data, kernels)
  const { start, other, event } = program.history('user')
  const expected = new Float64Array(12)
  for (let user = 0; user + 1 < start.length; user++)
    for (let place = start[user]!; place < start[user + 1]!; place++) {
      if (!(ratings[event[place]!]! >= 4)) continue
      for (let past = Math.max(start[user]!, place - 3); past < place; past++) expected[other[past]! + 1]!++
    }
  const found = program.counts('seen', [...program.graph.heads.values()])
  found.forEach((count, row) => {
    expect(count).toBeCloseTo(expected[row]!, 9)
  })
})

test('held-out rows below the threshold are not relevant, and the baseline counts positives', async () => {
  const graph = graphOf({
    ...document({ type: 'bpr' }),
    evaluation: { split: { type: 'ratio', share: 0.3 }, metrics: ['recall@3', 'auc'] },
  })
  const { evaluation } = await train(graph, data, { kernels })
  expect(evaluation!.metrics['recall@3']).toBeGreaterThan(0)
  expect(evaluation!.metrics['auc']).toBeGreaterThan(0)
  const ranked = graphOf({ ...document({ type: 'bpr' }), evaluation: { metrics: ['recall@3'] } })
  const test = takeEvents(
    data.events,
    Int32Array.from({ length: 40 }, (_, row) => row),
  )
  const given = await train(ranked, { ...data, test }, { kernels })
  expect(given.evaluation!.rows).toBe(liked.filter((row) => row < 40).length)
})

test('heads with other positives are trained in phases of their own', () => {
  const { heads, ...rest } = document({ type: 'bpr' })
  const loves = { inputs: ['score'], loss: { type: 'bpr' }, target: { column: 'rating', atLeast: 5 }, ranks: false }
  expect(() => graphOf({ ...rest, heads: { ...heads, loves } })).toThrow('the same positives')
})
