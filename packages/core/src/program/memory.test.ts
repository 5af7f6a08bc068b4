import { KernelMemoryError } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, type Opened, opened, world } from '../../test/world.js'
import type { MemoryPart } from '../contract/solver.js'
import type { Failure } from '../failure.js'
import { estimateMemory, train } from '../run/train.js'
import { lower } from './lower.js'
import { checkMemory, formatBytes } from './memory.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const [USERS, ITEMS, DIM] = [20, 10, 6]
const data = world({ users: USERS, items: ITEMS })
const document = (solver: object, dim = DIM): Document => ({
  inputs: ids,
  embeddings: { p: { input: 'user', dim }, q: { input: 'item', dim } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver,
})
const dense = (solver: object, units = [3, 1]): Document => ({
  ...document(solver),
  ops: { score: { type: 'mlp', inputs: ['p', 'q'], units } },
})
const partsOf = (given: Document): Readonly<Record<string, number>> =>
  Object.fromEntries(estimateMemory(graphOf(given), data, { threads: 2 }).parts.map(({ name, bytes }) => [name, bytes]))

/** The Failure of an exceeded budget or kernel memory. */
const refusal = (given: Document, budget?: number, on = data, maxBytes = kernels.maxBytes): Failure => {
  try {
    lower(graphOf(given), on, { kernels: { ...kernels, maxBytes }, seed: 0, ...(budget ? { budget } : {}) })
  } catch (error) {
    return error as Failure
  }
  throw new Error('was not refused')
}

const numbers = (USERS + 1 + ITEMS + 1) * DIM

test('tables and optimizer state: 4 bytes for each number', () => {
  for (const make of [document, dense]) {
    const weights = make === dense ? 2 * DIM * 3 + 3 + 3 + 1 : 0
    const adam = partsOf(make({ type: 'adam', batchSize: 8 }))
    expect(adam['table "p"']).toBe(4 * (USERS + 1) * DIM)
    expect(adam['table "q"']).toBe(4 * (ITEMS + 1) * DIM)
    expect(adam['optimizer state of adam']).toBe(2 * 4 * (numbers + weights))
    // one accumulator per row of a table, one per number of a dense weight
    const adagrad = partsOf(make({ type: 'adagrad', batchSize: 8 }))
    expect(adagrad['optimizer state of adagrad']).toBe(4 * (USERS + 1 + ITEMS + 1 + weights))
    expect(Object.keys(partsOf(make({ type: 'sgd', batchSize: 8 }))).join()).not.toContain('optimizer state')
  }
})

test('the fused kernel packs the tables in rows of a multiple of 4; tfjs sums gradients instead', () => {
  const fused = partsOf(document({ type: 'sgd' }))
  expect(fused['packed tables']).toBe(4 * (USERS + 1 + ITEMS + 1) * 8)
  expect(fused['gradient sums']).toBeUndefined()
  const tfjs = partsOf(dense({ type: 'sgd', batchSize: 8 }))
  expect(tfjs['packed tables']).toBeUndefined()
  // 1,024 rows of each table with their numbers
  expect(tfjs['gradient sums']).toBe(2 * 4 * 1024 * (DIM + 1))
})

test('rows, tensors and pairs of a step grow with the batch', () => {
  const parts = (batchSize: number) => partsOf(dense({ type: 'sgd', batchSize }))
  const [one, two] = [parts(4), parts(8)]
  expect(one['rows of a batch']).toBe(4 * 4 * 2 * DIM)
  for (const name of ['rows of a batch', 'tensors of a step', 'pairs of a step'])
    expect(two[name], name).toBe(2 * one[name]!)
})

test('all items as negatives make every example a row of cells, but for a loss that reads blocks of products', () => {
  const loss = (of: object) => ({ heads: { liked: { inputs: ['score'], loss: of } } })
  const own = partsOf({ ...dense({ type: 'sgd', batchSize: 8 }), ...loss({ type: 'bce', negatives: 1 }) })
  // 42 numbers for each of 16 pairs, 12 for each of 8 · ITEMS cells
  const whole = partsOf({ ...dense({ type: 'sgd', batchSize: 8 }), ...loss({ type: 'softmax' }) })
  expect(whole['pairs of a step']! / own['pairs of a step']!).toBeCloseTo((12 * 8 * ITEMS) / (42 * 16), 5)
  const blocks = partsOf({ ...document({ type: 'sgd', batchSize: 8 }), ...loss({ type: 'softmax' }) })
  expect(blocks['pairs of a step']! / whole['pairs of a step']!).toBeCloseTo((8 + ITEMS) / (8 * ITEMS), 5)
})

test('sequences that are read once take memory for their steps, and for the events that are scored', () => {
  const parts = (examples: string, batchSize: number) =>
    partsOf({
      inputs: { ...ids, met: { type: 'history', entity: 'user', before: 'event', maxLength: 3 } },
      embeddings: { p: { input: 'user', dim: DIM }, q: { input: 'item', dim: DIM }, h: { input: 'met', table: 'q' } },
      ops: {
        read: { type: 'gru', inputs: ['h'], units: DIM },
        both: { type: 'sum', inputs: ['read', 'p'] },
        score: { type: 'dot', inputs: ['both', 'q'] },
      },
      heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' }, examples } },
      solver: { type: 'sgd', batchSize },
    })
  // 4 sequences and the empty one, 3 steps each; 4 · (3 + 1) events with their user, and the ten items
  expect(parts('sequences', 4)['rows of a batch']).toBe(4 * DIM * (5 * 3 + 16 + 10))
  expect(parts('events', 16)['pairs of a step']).toBe(parts('sequences', 4)['pairs of a step'])
})

test('sizes are printed with suitable units', () => {
  const texts = [0, 1, 999, 1000, 1234, 99_960, 580_000, 999_600, 2.2e9, 4 * 2 ** 30].map(formatBytes)
  expect(texts).toEqual(['0 B', '1 B', '999 B', '1 kB', '1.2 kB', '100 kB', '580 kB', '1 MB', '2.2 GB', '4.3 GB'])
})

test('a refusal lists the three largest parts, and the hint names only remedies that apply', () => {
  const sgd = refusal(document({ type: 'sgd' }, 4000), 1000)
  expect(sgd.kind).toBe('budget')
  expect(sgd.message).toMatch(
    /^needs [\d.]+ MB \([\d.]+ kB [^,]+, [\d.]+ kB [^,]+, [\d.]+ kB [^,]+\), the budget is 1 kB$/,
  )
  expect(sgd.hint).toBe('lower the dim of "p" (4000), or raise --budget')
  const adam = refusal(document({ type: 'adam' }, 4000), 1000)
  expect(adam.hint).toBe('lower the dim of "p" (4000), or use an optimizer without state, or raise --budget')
  const many = refusal({ ...dense({ type: 'sgd', batchSize: 1000 }, [4000, 1]) }, 1000)
  expect(many.hint).toContain('take a batchSize below 1000')
  expect(refusal({ ...dense({ type: 'sgd', batchSize: 1 }, [4000, 1]) }, 1000).hint).not.toContain('batchSize')
})

test('a model that exceeds the kernel memory is refused without a budget', () => {
  const few = world({ users: 8400, items: 2, has: (_, item) => item === 0 })
  const wide = refusal(document({ type: 'sgd' }, 65_536), undefined, few, 2 ** 32)
  expect(wide.kind).toBe('budget')
  expect(wide.message).toMatch(
    /^needs 4.4 GB \(2.2 GB packed tables, 2.2 GB table "p", .*\), the kernels have 4.3 GB of memory$/,
  )
  expect(wide.hint).toBe('lower the dim of "p" (65536)')
  const deep = refusal(dense({ type: 'adam', batchSize: 8 }, [20_000, 20_000, 1]), undefined, data, 2 ** 32)
  expect(deep.message).toMatch(/^needs 4.8 GB \(3.2 GB optimizer state of adam, 1.6 GB weights of "score\/hidden2", /)
  expect(deep.hint).toBe('use an optimizer without state, or make "score/hidden2" smaller')
})

test('a part without a remedy counts towards the remedy of the largest table', () => {
  const parts: readonly MemoryPart[] = [
    { name: 'samples', bytes: 60, remedy: 'keep fewer samples' },
    { name: 'table "p"', bytes: 30 },
    { name: 'copies', bytes: 35 },
    { name: 'buffers of a batch', bytes: 5, remedy: 'take a batchSize below 9' },
  ]
  const refused = () =>
    checkMemory({ bytes: 130, parts, remedy: 'lower the dim of "p" (2)' }, { budget: 129, maxBytes: Infinity })
  expect(refused).toThrow('needs 130 B (60 B samples, 35 B copies, 30 B table "p"), the budget is 129 B')
  expect(refused).toThrow(
    expect.objectContaining({ hint: 'lower the dim of "p" (2), or keep fewer samples, or raise --budget' }),
  )
  expect(() => checkMemory({ bytes: 130, parts }, { budget: 130, maxBytes: Infinity })).not.toThrow()
})

test('running out of kernel memory in training is a Failure of kind budget', async () => {
  const float32 = () => {
    throw new KernelMemoryError(5000, 300)
  }
  await expect(train(graphOf(document({ type: 'sgd' })), data, { kernels: { ...kernels, float32 } })).rejects.toEqual(
    expect.objectContaining({
      kind: 'budget',
      message: expect.stringContaining('300 B of memory left, and 5 kB more'),
    }),
  )
})
