import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, ids, type Opened, opened, programOf, world } from '../../../test/world.js'
import type { Head } from '../../graph/graph.js'
import { leavesOf } from '../../program/leaves.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { batchSamplerOf } from './index.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 9, items: 8 })
const { events } = data
const has = (user: number, item: number) =>
  events.user.some((other, row) => other === user && events.item[row] === item)
const every = Int32Array.from({ length: events.count }, (_, row) => row)

const factors: Document = {
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 2 }, q: { input: 'item', dim: 2 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
}
const lowered = (loss: object, document: Document = factors, target?: string) => {
  const heads = { head: { inputs: ['score'], loss, ...(target ? { target } : {}) } }
  const program = programOf({ ...document, heads, solver: { type: 'sgd' } }, data, kernels)
  const heads_ = [...program.graph.heads.values()] as [Head]
  const { definition, params } = heads_[0].loss
  return { program, batchSampler: batchSamplerOf(program, heads_, definition.examples(params)) }
}
const pairsOf = ({ batch }: ReturnType<ReturnType<typeof batchSamplerOf>['sample']>) =>
  Array.from({ length: batch.pairs }, (_, pair) => ({
    user: batch.users.entities[batch.user[pair]!]!,
    item: batch.items.entities[batch.item[pair]!]!,
  }))
const bpr = (negatives: unknown) => ({ type: 'bpr', negatives })

test('sampled negatives are not items of the user, and each positive comes first', () => {
  const { batchSampler } = lowered(bpr(4))
  const sampled = batchSampler.sample(every, 3, 0)
  expect(sampled.scores).toEqual([events.count, 5])
  for (const [pair, { user, item }] of pairsOf(sampled).entries()) {
    const row = Math.floor(pair / 5)
    expect(user).toBe(events.user[row])
    expect(has(user, item)).toBe(pair % 5 === 0)
    expect(sampled.positive![pair]).toBe(pair % 5 === 0 ? 1 : 0)
    if (pair % 5 === 0) expect(item).toBe(events.item[row])
    // a negative is in the same event
    expect(sampled.batch.events![pair]).toBe(row)
  }
})

test('the negatives of an example depend on the example and the epoch, not on its batch', () => {
  const { batchSampler } = lowered(bpr(4))
  const items = (rows: Int32Array, epoch: number) =>
    pairsOf(batchSampler.sample(rows, epoch, 0)).map(({ item }) => item)
  const all = items(every, 3)
  expect(items(every, 3)).toEqual(all)
  expect(items(every, 4)).not.toEqual(all)
  expect(items(Int32Array.of(7, 2), 3)).toEqual([...all.slice(35, 40), ...all.slice(10, 15)])
})

test('the frequencies of draws match the expected counts', () => {
  const exclusions = ['observed', 'none']
  const samplers = [{ sampler: 'uniform' }, { sampler: 'popularity' }, { sampler: 'popularity', power: 0.4 }]
  for (const exclude of exclusions)
    for (const sampler of samplers) {
      const { program, batchSampler } = lowered({ type: 'bce', negatives: { count: 40, exclude, ...sampler } })
      const found = new Float64Array(9)
      const epochs = 30
      for (let epoch = 0; epoch < epochs; epoch++)
        for (const { item } of pairsOf(batchSampler.sample(every, epoch, 0))) found[item + 1]! += 1 / epochs
      const counts = program.counts('q', [...program.graph.heads.values()])
      for (const [row, count] of counts.entries())
        expect(Math.abs(found[row]! - count), `${exclude} ${sampler.sampler} ${row}`).toBeLessThan(8 + 0.05 * count)
    }
})

test('an item without events is never a popular negative, at any power', () => {
  const some = world({ users: 9, items: 8, has: (user, item) => item !== 5 && (user + item) % 3 !== 0 })
  for (const power of [0, 1]) {
    const loss = { type: 'bce', negatives: { count: 20, sampler: 'popularity', power, exclude: 'none' } }
    const heads = { head: { inputs: ['score'], loss } }
    const program = programOf({ ...factors, heads, solver: { type: 'sgd' } }, some, kernels)
    const all = [...program.graph.heads.values()] as [Head]
    const sampled = batchSamplerOf(program, all, all[0].loss.definition.examples(all[0].loss.params))
    const rows = Int32Array.from({ length: some.events.count }, (_, row) => row)
    expect(new Set(pairsOf(sampled.sample(rows, 1, 0)).map(({ item }) => item))).toEqual(new Set([0, 1, 2, 3, 4, 6, 7]))
    expect(program.counts('q', all)[6]).toBe(0)
  }
})

test('an in-batch grid is positive on its diagonal, and in observed cells where observed items are excluded', () => {
  for (const exclude of ['observed', 'none']) {
    const { batchSampler } = lowered(bpr({ sampler: 'in-batch', exclude }))
    const rows = Int32Array.of(9, 3, 21, 3, 30)
    const sampled = batchSampler.sample(rows, 1, 0)
    expect(sampled.scores).toEqual([5, 5])
    expect(sampled.batch.grid).toBe(true)
    for (const [pair, { user, item }] of pairsOf(sampled).entries()) {
      const [k, j] = [Math.floor(pair / 5), pair % 5]
      expect(user).toBe(events.user[rows[k]!])
      expect(item).toBe(events.item[rows[j]!])
      expect(sampled.positive![pair]).toBe(k === j || (exclude === 'observed' && has(user, item)) ? 1 : 0)
    }
  }
})

test('the reads of all examples sum to the counts where nothing is drawn at random', () => {
  const losses = [
    { type: 'mse' },
    { type: 'softmax' },
    { type: 'local/rows' },
    { type: 'local/multinomial' },
    { type: 'local/cells', weight: 0.5 },
  ]
  for (const loss of losses) {
    const target = ['mse', 'local/rows'].includes(loss.type) ? 'rating' : undefined
    const { program, batchSampler } = lowered(loss, factors, target)
    const found = { user: new Float64Array(10), item: new Float64Array(9) }
    for (let from = 0; from < batchSampler.count; from += 4) {
      const chosen = Int32Array.from({ length: Math.min(4, batchSampler.count - from) }, (_, k) => from + k)
      const sampled = batchSampler.sample(chosen, 1, 0)
      const reads = sampled.reads()
      for (const [pair, { user, item }] of pairsOf(sampled).entries()) {
        found.user[user + 1]! += reads.user[pair]!
        found.item[item + 1]! += reads.item[pair]!
      }
    }
    const heads = [...program.graph.heads.values()]
    for (const [side, table] of [
      ['user', 'p'],
      ['item', 'q'],
    ] as const)
      for (const [row, count] of program.counts(table, heads).entries())
        expect(found[side][row], `${loss.type} ${side} ${row}`).toBeCloseTo(count, 4)
  }
})

const history = (window: object, entity: 'user' | 'item' = 'user'): Document => ({
  inputs: { ...ids, met: { type: 'history', entity, ...window } },
  embeddings: {
    p: { input: 'user', dim: 2 },
    q: { input: 'item', dim: 2 },
    h: { input: 'met', dim: 2, combine: 'sum' },
  },
  ops: {
    own: { type: 'sum', inputs: [entity === 'user' ? 'p' : 'q', 'h'] },
    score: { type: 'dot', inputs: entity === 'user' ? ['own', 'q'] : ['p', 'own'] },
  },
})

/** The rows that the history embedding reads for every pair of a batch. */
const historyRows = (
  program: LoweredProgram,
  sampled: ReturnType<ReturnType<typeof batchSamplerOf>['sample']>,
  key?: number,
) => {
  const node = program.graph.nodes.get('h')!
  if (node.kind !== 'embedding') throw new Error('no embedding')
  const { lookup } = leavesOf(program, sampled.batch, new Map(), key === undefined ? undefined : { key }).embedding(
    node,
    'own',
  )
  if (lookup.of !== 'bag') throw new Error('no bag')
  const index = node.side === 'user' ? sampled.batch.user : sampled.batch.item
  return Array.from(index, (entry) => [...lookup.rows.subarray(lookup.start[entry]!, lookup.start[entry + 1]!)])
}

test('a history excludes the event of its example, and later events with "before"', () => {
  for (const before of [false, true]) {
    const { program, batchSampler } = lowered({ type: 'mse' }, history(before ? { before: 'event' } : {}), 'rating')
    const found = historyRows(program, batchSampler.sample(every, 1, 0))
    for (const row of every) {
      const at = (other: number) => [events.time![other]!, other] as const
      const earlier = (a: readonly [number, number], b: readonly [number, number]) =>
        a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
      const others = [...every]
        .filter((other) => events.user[other] === events.user[row] && other !== row)
        .filter((other) => !before || earlier(at(other), at(row)))
        .sort((a, b) => (earlier(at(a), at(b)) ? -1 : 1))
      expect(found[row]).toEqual(others.map((other) => events.item[other]! + 1))
    }
  }
})

test('a row is reconstructed from its whole history', () => {
  const { program, batchSampler } = lowered({ type: 'local/rows' }, history({}), 'rating')
  const sampled = batchSampler.sample(Int32Array.of(0, 1), 1, 0)
  const found = historyRows(program, sampled)
  for (const [pair, { user }] of pairsOf(sampled).entries())
    expect(found[pair]).toHaveLength([...events.user].filter((other) => other === user).length)
})

test('histories of items exclude the event of each positive, sampled or in a grid', () => {
  for (const negatives of [2, { sampler: 'in-batch' }]) {
    const { program, batchSampler } = lowered(bpr(negatives), history({}, 'item'))
    const rows = Int32Array.of(4, 11, 25)
    const sampled = batchSampler.sample(rows, 1, 0)
    const found = historyRows(program, sampled)
    const width = sampled.batch.pairs / 3
    for (const [k, row] of rows.entries()) {
      const own = typeof negatives === 'number' ? k * width : k * width + k
      expect(found[own]).not.toContain(events.user[row]! + 1)
    }
  }
  expect(() => lowered({ type: 'softmax' }, history({}, 'item'))).toThrow(
    '"softmax" compares all items at once, so the history "met" of items cannot leave out the event of each example',
  )
})

test('dropout removes a share of a history by its key, and preserves its mean and sum', () => {
  const big = world({ users: 40, items: 60 })
  for (const combine of ['sum', 'mean']) {
    const document = {
      inputs: { item: ids.item, met: { type: 'history', entity: 'user', dropout: 0.4 } },
      embeddings: { h: { input: 'met', dim: 2, combine, init: 'ones' }, q: { input: 'item', dim: 2 } },
      ops: { score: { type: 'dot', inputs: ['h', 'q'] } },
      heads: { head: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
      solver: { type: 'sgd' },
    }
    const program = programOf(document, big, kernels)
    const node = program.graph.nodes.get('h')!
    const none = { entities: new Int32Array(0) }
    const users = { entities: Int32Array.from({ length: 40 }, (_, user) => user) }
    const batch = { users, items: none, user: new Int32Array(0), item: new Int32Array(0), pairs: 0 }
    const values = (key?: number) => {
      const draw = key === undefined ? undefined : { key }
      return [
        ...leavesOf(program, batch, new Map(), draw)
          .embedding(node as never, 'own')
          .tensor.dataSync(),
      ]
    }
    const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0)
    expect(values(5)).toEqual(values(5))
    expect(values(5)).not.toEqual(values(6))
    const sampled = Array.from({ length: 30 }, (_, key) => sum(values(key)))
    expect(sum(sampled) / 30 / sum(values())).toBeCloseTo(1, 1)
    if (combine === 'mean') for (const value of values()) expect(value).toBeCloseTo(1, 5)
  }
})

const otherWorld = world({ users: 9, items: 8, has: (user, item) => (user + 2 * item) % 3 === 0 && item !== 4 })
const rowsOf = (side: 'user' | 'item', loss: object) => {
  const other = side === 'user' ? 'item' : 'user'
  const document = {
    inputs: { met: { type: 'history', entity: side }, id: { type: 'id', entity: other } },
    embeddings: { h: { input: 'met', dim: 2, combine: 'sum' }, q: { input: 'id', dim: 2 } },
    ops: { score: { type: 'dot', inputs: ['h', 'q'] } },
    heads: { head: { inputs: ['score'], target: 'rating', loss } },
    solver: { type: 'sgd' },
  }
  const program = programOf(document, otherWorld, kernels)
  const [head] = [...program.graph.heads.values()] as [Head]
  const { definition, params } = head.loss
  return batchSamplerOf(program, [head], definition.examples(params))
}

test.each(['user', 'item'] as const)('rows are those of the side whose history is read: %s', (side) => {
  const { users, items, events: met } = otherWorld
  const sampler = rowsOf(side, { type: 'local/rows' })
  const owners = [...new Set(met[side])].sort((a, b) => a - b)
  expect(sampler.count).toBe(owners.length)
  const all = Int32Array.from(owners, (_, k) => k)
  const { batch, examples, scores, rows, positive } = sampler.sample(all, 3, 0)
  expect([...batch[side === 'user' ? 'users' : 'items'].entities]).toEqual(owners)
  expect(examples).toBe(owners.length)
  expect(scores).toEqual([met.count])
  expect([...positive!]).toEqual(Array(met.count).fill(1))
  const cells = new Set(Array.from({ length: met.count }, (_, row) => `${met.user[row]} ${met.item[row]}`))
  for (let pair = 0; pair < batch.pairs; pair++)
    expect(cells).toContain(`${batch.users.entities[batch.user[pair]!]} ${batch.items.entities[batch.item[pair]!]}`)
  // an item that nobody met is no row
  expect(items.ids.count + users.ids.count).toBeGreaterThan(new Set(met.item).size + new Set(met.user).size)
  owners.forEach((owner, row) => {
    expect(rows!.start[row + 1]! - rows!.start[row]!).toBe(met[side].filter((one) => one === owner).length)
  })
})
