import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Document,
  fit,
  graphOf,
  ids,
  nobody,
  numbersOf,
  type Opened,
  opened,
  programOf,
  world,
} from '../../../test/world.js'
import type { Dataset } from '../../dataset/dataset.js'
import { takeEvents } from '../../dataset/take.js'
import { problemOf } from '../../graph/problem.js'
import { tf } from '../../index.js'
import { lower } from '../../program/lower.js'
import { train } from '../../run/train.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 12, items: 10 })
const stars = (rest: object = {}) => ({
  stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' }, ...rest },
})
const factors = { p: { input: 'user', dim: 2, l2: 0.01 }, q: { input: 'item', dim: 2, l2: 0.01 } }
const product = { score: { type: 'dot', inputs: ['p', 'q'] } }
const small: Document = { inputs: ids, embeddings: factors, ops: product, heads: stars() }
const deep: Document = {
  inputs: ids,
  embeddings: factors,
  ops: {
    hidden: { type: 'dense', inputs: ['p', 'q'], units: 4, activation: 'tanh' },
    score: { type: 'dense', inputs: ['hidden'], units: 1 },
  },
  heads: stars(),
}
const after = async (document: Document, on: Dataset = data) => {
  const program = programOf(document, on, kernels)
  const reports = await fit(program)
  return { program, loss: reports.at(-1)!.loss, first: reports[0]!.loss }
}

for (const type of ['sgd', 'adagrad', 'adam', 'rmsprop'])
  for (const [executor, document] of [
    ['the fused kernel', small],
    ['tfjs', deep],
  ] as const)
    test(`${type} lowers the objective in ${executor}`, async () => {
      const { first, loss } = await after({ ...document, solver: { type, learningRate: 0.02, epochs: 12 } })
      expect(loss).toBeLessThan(first)
    })

test('dense adam requires that the first moment decays no slower than the second', () => {
  const solver = (beta1: number, lazy: boolean) => ({ type: 'adam', beta1, beta2: 0.81, lazy })
  expect(() => graphOf({ ...small, solver: solver(0.9, false) })).toThrow(
    'needs beta1 squared below beta2 where "lazy" is false, got 0.9 and 0.81',
  )
  expect(() => graphOf({ ...small, solver: solver(0.8, false) })).not.toThrow()
  expect(() => graphOf({ ...small, solver: solver(0.9, true) })).not.toThrow()
})

test('both executors reach comparable objectives in per-example descent', async () => {
  for (const heads of [stars, () => ({ liked: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 } } })]) {
    const solver = { type: 'adagrad', learningRate: 0.1, epochs: 15, batchSize: 1 }
    const fused = await after({ ...small, heads: heads(), solver })
    // the fused kernel does not support a scheduled head weight
    const [[name, head]] = Object.entries(heads()) as [[string, object]]
    const weight = { type: 'linear', from: 1, to: 1, steps: 1 }
    const tfjs = await after({ ...small, heads: { [name]: { ...head, weight } }, solver })
    expect(fused.loss / tfjs.loss).toBeGreaterThan(0.8)
    expect(fused.loss / tfjs.loss).toBeLessThan(1.25)
  }
})

test('a thousand steps, evaluations and answers leak no tensor', async () => {
  const program = programOf({ ...deep, solver: { type: 'adam', epochs: 1000, batchSize: 1024 } }, data, kernels)
  const before = tf.memory().numTensors
  await fit(program)
  expect(tf.memory().numTensors).toBe(before)
  const evaluation = { split: { type: 'ratio', share: 0.2 }, metrics: ['rmse', 'hr@3'] }
  const { model } = await train(graphOf({ ...deep, solver: { type: 'sgd', epochs: 1 }, evaluation }), data, { kernels })
  await model.recommend(0, 3)
  model.predict(Int32Array.of(0, -1), Int32Array.of(1, 2))
  expect(tf.memory().numTensors).toBe(before)
})

test('a step updates only the rows it reads; rows that nothing reads are zeros', async () => {
  const rows = Int32Array.from({ length: data.events.count }, (_, row) => row).filter(
    (row) => data.events.user[row]! < 3 && data.events.item[row] !== 4,
  )
  const part = { ...data, events: takeEvents(data.events, rows) }
  for (const document of [small, deep]) {
    const program = programOf({ ...document, solver: { type: 'adam', epochs: 1, batchSize: 7 } }, part, kernels)
    const before = numbersOf(program)
    await fit(program)
    const read = { p: new Set([...part.events.user]), q: new Set([...part.events.item]) }
    for (const table of ['p', 'q'] as const) {
      const { values, height } = program.tables.get(table)!
      for (let row = 0; row < height; row++) {
        const [now, then] = [values, before.get(table)!].map((all) => [...all.subarray(2 * row, 2 * row + 2)])
        if (read[table].has(row - 1)) expect(now).not.toEqual(then)
        else expect(now).toEqual([0, 0])
      }
    }
  }
})

test('a phase does not change what it does not train', async () => {
  for (const document of [small, deep]) {
    const trains = document === small ? ['q'] : ['q', 'score']
    const program = programOf({ ...document, solver: { type: 'adam', epochs: 2, trains } }, data, kernels)
    const before = numbersOf(program)
    await fit(program)
    for (const [name, values] of numbersOf(program)) {
      const moves = trains.some((own) => name === own || name.startsWith(`${own}.`))
      if (moves) expect(values).not.toEqual(before.get(name))
      else expect(values).toEqual(before.get(name))
    }
  }
})

test('a frozen layer runs as when serving, also over trained inputs', async () => {
  const normal = (trains: string[]) => ({
    ...deep,
    ops: {
      hidden: { type: 'dense', inputs: ['p', 'q'], units: 2 },
      normal: { type: 'batchNorm', inputs: ['hidden'], momentum: 0.5 },
      score: { type: 'dense', inputs: ['normal'], units: 1 },
    },
    solver: { type: 'sgd', epochs: 1, trains },
  })
  const held = programOf(normal(['p', 'q']), data, kernels)
  await fit(held)
  expect([...held.weights.get('normal.mean')!, ...held.weights.get('normal.variance')!]).toEqual([0, 0, 1, 1])
  const learning = programOf(normal(['p', 'q', 'normal']), data, kernels)
  await fit(learning)
  expect([...learning.weights.get('normal.variance')!]).not.toEqual([1, 1])
})

/** Parameters of every solver, each with a value other than its default. */
const changes: readonly (readonly [type: string, change: object])[] = [
  ...['sgd', 'adagrad', 'adam', 'rmsprop'].flatMap((type) => [
    [type, { learningRate: 0.03 }] as const,
    [type, { learningRate: { type: 'linear', from: 0.02, to: 0.04, steps: 5 } }] as const,
    [type, { epochs: 4 }] as const,
  ]),
  ['sgd', { momentum: 0.5 }],
  ['adagrad', { epsilon: 0.1 }],
  ['adagrad', { initial: 0.1 }],
  ['adam', { beta1: 0.5 }],
  ['adam', { beta2: 0.5 }],
  ['adam', { epsilon: 0.1 }],
  ['rmsprop', { decay: 0.5 }],
  ['rmsprop', { epsilon: 0.1 }],
  ['rmsprop', { momentum: 0.5 }],
]
for (const [executor, document] of [
  ['the fused kernel', small],
  ['tfjs', { ...deep, solver: { batchSize: 8 } }],
] as const)
  for (const [type, change] of changes)
    test(`${type} in ${executor} obeys ${JSON.stringify(change)}`, async () => {
      const solver = { ...(document['solver'] as object), type, learningRate: 0.02, epochs: 3 }
      const plain = await after({ ...document, solver })
      const changed = await after({ ...document, solver: { ...solver, ...change } })
      expect(numbersOf(changed.program).get('p')).not.toEqual(numbersOf(plain.program).get('p'))
    })

test('batch size, head weights and every option of negatives change the result', async () => {
  const heads = (negatives: unknown, weight: unknown = 1) => ({
    liked: { inputs: ['score'], weight, loss: { type: 'softmax', negatives } },
  })
  const one = { count: 2, sampler: 'uniform' }
  const documents = [
    { heads: heads(one) },
    { heads: heads(one), batchSize: 8 },
    { heads: heads(one, 0.5) },
    { heads: heads(one, { type: 'linear', from: 1, to: 0, steps: 10 }) },
    { heads: heads({ ...one, count: 3 }) },
    { heads: heads({ ...one, exclude: 'none' }) },
    { heads: heads({ ...one, sampler: 'popularity' }) },
    { heads: heads({ ...one, sampler: 'popularity', power: 0.3 }) },
    { heads: heads({ ...one, sampler: 'popularity', correct: 'log-q' }) },
    { heads: heads({ sampler: 'in-batch' }) },
    { heads: heads({ sampler: 'in-batch', exclude: 'none' }) },
    { heads: heads({ sampler: 'in-batch', correct: 'log-q' }) },
  ].map(({ heads: own, batchSize }) => ({
    ...small,
    heads: own,
    solver: { type: 'sgd', learningRate: 0.5, epochs: 2, ...(batchSize ? { batchSize } : {}) },
  }))
  const found = await Promise.all(
    documents.map(async (document) => `${(await after(document)).program.tables.get('p')!.values}`),
  )
  expect(new Set(found).size).toBe(documents.length)
})

test('early stopping ends a run and restores the best epoch, including running statistics', async () => {
  const evaluation = { split: { type: 'ratio', share: 0.3 }, metrics: ['rmse'] }
  const stop = { metric: 'rmse', patience: 2 }
  const reports: { rmse: number; loss: number }[] = []
  const solver = { type: 'sgd', learningRate: 0.15, epochs: 300, stop }
  const graph = graphOf({ ...deep, solver, evaluation })
  const seen: Float32Array[] = []
  const rows = world({ users: 25, items: 20 })
  const { model } = await train(graph, rows, {
    kernels,
    onReport: ({ metrics, loss }) => reports.push({ rmse: metrics!['rmse']!, loss }),
  })
  expect(reports.length).toBeLessThan(300)
  const best = reports.findIndex(({ rmse }) => rmse === Math.min(...reports.map((report) => report.rmse)))
  expect(reports.length - 1 - best).toBe(2)
  // the same run, ended at its best epoch
  const again = await train(graphOf({ ...deep, solver: { ...solver, epochs: best + 1 }, evaluation }), rows, {
    kernels,
  })
  seen.push(...[model, again.model].map((one) => one.predict(rows.events.user, rows.events.item)))
  expect(seen[0]).toEqual(seen[1])
})

const failure = (message: RegExp | string, kind: string) =>
  expect.objectContaining({ kind, message: expect.stringMatching(message) })

test('a diverging loss ends the run with an error', async () => {
  for (const document of [small, deep]) {
    const solver = { type: 'sgd', learningRate: 1e18, epochs: 9, batchSize: document === small ? 1 : 8 }
    await expect(after({ ...document, solver })).rejects.toEqual(failure(/^loss is (NaN|-?Infinity) /, 'training'))
  }
})

test('early stopping without validation rows is refused', async () => {
  const solver = { type: 'sgd', epochs: 2, stop: { metric: 'rmse' } }
  await expect(fit(programOf({ ...deep, solver }, data, kernels))).rejects.toEqual(
    failure('no rows are held out', 'data'),
  )
})

test('a model that exceeds the memory is refused before anything is allocated', () => {
  let asked = 0
  const counting = {
    ...kernels,
    float32: (length: number) => {
      asked += length
      return kernels.float32(length)
    },
  }
  const graph = graphOf({
    ...small,
    embeddings: { ...factors, q: { input: 'item', dim: 2000 }, p: { input: 'user', dim: 2000 } },
    solver: { type: 'sgd' },
  })
  expect(() => lower(graph, data, { kernels: counting, seed: 0, budget: 100_000 })).toThrow(
    failure(/^needs \d+ kB \(.* table "p"\), the budget is 100 kB$/, 'budget') as never,
  )
  expect(asked).toBe(0)
})

test('data that does not fit the document gives an error that names the column', () => {
  const refused = (change: object, on: Dataset = data) => {
    try {
      programOf({ ...deep, ...change, solver: { type: 'sgd' } }, on, kernels)
      return undefined
    } catch (error) {
      return error
    }
  }
  const reading = (input: object) => ({
    inputs: { ...ids, x: input },
    embeddings: { ...factors, e: { input: 'x', dim: 2, combine: 'sum' } },
    ops: { score: { type: 'dense', inputs: ['p', 'q', 'e'], units: 1 } },
  })
  const one = (input: object) => ({ ...reading(input), embeddings: { ...factors, e: { input: 'x', dim: 2 } } })
  expect(refused(one({ type: 'category', entity: 'item', column: 'colour' }))).toEqual(
    failure('missing column "colour", which input "x" reads', 'data'),
  )
  expect(refused(one({ type: 'category', entity: 'user', column: 'mood' }))).toEqual(
    failure(/^column "mood" has several values for user "u0": ".*" and ".*"$/, 'data'),
  )
  expect(refused({ heads: stars({ target: 'stars' }) })).toEqual(
    failure('missing column "stars", the target of head "stars"', 'data'),
  )
  const { time, ...timeless } = data.events
  expect(time).toBeDefined()
  expect(refused(reading({ type: 'history', entity: 'user', before: 'event' }), { ...data, events: timeless })).toEqual(
    failure('input "x" reads earlier interactions, but the events have no times', 'data'),
  )
  const price = {
    inputs: { ...ids, land: { type: 'number', entity: 'user', missing: 'error' } },
    ops: { score: { type: 'dense', inputs: ['p', 'q', 'land'], units: 1 } },
  }
  expect(refused(price)).toEqual(failure('input "land": invalid number "north"', 'data'))
})

test('a classifier of events trains, is measured and predicts without users or items', async () => {
  const count = 400
  const size = Float64Array.from({ length: count }, (_, row) => (row % 20) / 10 - 1)
  const columns = new Map([
    ['size', { kind: 'number', values: size } as const],
    ['shape', { kind: 'text', values: ['round', 'flat'], codes: Int32Array.from(size, (_, row) => row % 2) } as const],
    ['ripe', { kind: 'number', values: size.map((value, row) => (value + (row % 2) - 0.5 > 0 ? 1 : 0)) } as const],
  ])
  const unknown = new Int32Array(count).fill(-1)
  const events = { count, user: unknown, item: unknown, columns }
  const graph = graphOf({
    inputs: { size: { type: 'number', entity: 'event' }, shape: { type: 'category', entity: 'event' } },
    embeddings: { s: { input: 'shape', dim: 3 } },
    ops: { score: { type: 'dense', inputs: ['s', 'size'], units: 1 } },
    heads: { ripe: { inputs: ['score'], target: 'ripe', loss: { type: 'bce' } } },
    solver: { type: 'adam', learningRate: 0.1, epochs: 40, batchSize: 32 },
    evaluation: { split: { type: 'ratio', share: 0.25 }, metrics: ['auc', 'accuracy'] },
  })
  const on: Dataset = { users: nobody, items: nobody, events, notes: [] }
  const { model, evaluation } = await train(graph, on, { kernels })
  expect(evaluation!.rows).toBe(100)
  expect(evaluation!.metrics['auc']).toBeGreaterThan(0.95)
  const probabilities = model.predict(
    unknown.slice(0, 4),
    unknown.slice(0, 4),
    takeEvents(events, Int32Array.of(0, 1, 18, 19)),
  )
  expect(probabilities[0]).toBeLessThan(0.2)
  expect(probabilities[3]).toBeGreaterThan(0.8)
  await expect(model.recommend(0, 3)).rejects.toThrow('no head ranks items')
})

test('a head that reads the event scores pairs without one as with an unknown value', () => {
  const document = {
    inputs: { ...ids, mood: { type: 'category', entity: 'event' } },
    embeddings: { ...factors, m: { input: 'mood', dim: 2 } },
    ops: { score: { type: 'dense', inputs: ['p', 'q', 'm'], units: 1 } },
    heads: stars(),
    solver: { type: 'sgd' },
  }
  const program = programOf(document, data, kernels)
  program.tables.get('m')!.values.fill(0, 0, 2)
  expect(program.scores('score', Int32Array.of(0), Int32Array.of(1))[0]).toBeTypeOf('number')
})

/** The change of each number in one step of SGD over all examples, divided by the rate. */
const stepOf = async (document: Document, more: object) => {
  const solver = { type: 'sgd', learningRate: 0.125, epochs: 1, batchSize: 1024, ...more }
  const program = programOf({ ...document, solver }, data, kernels)
  const before = numbersOf(program)
  await fit(program)
  return new Map(
    [...numbersOf(program)].map(([name, values]) => [
      name,
      Float64Array.from(values, (value, k) => (before.get(name)![k]! - value) / 0.125),
    ]),
  )
}
const flattened = (numbers: ReadonlyMap<string, Float64Array>) => [...numbers.values()].flatMap((values) => [...values])
const length = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

test('a gradient above clipNorm, over tables and dense weights, is scaled to it; others are unchanged', async () => {
  const free = flattened(await stepOf(deep, {}))
  const norm = length(free)
  const clipped = flattened(await stepOf(deep, { clipNorm: norm / 3 }))
  expect(length(clipped) / (norm / 3)).toBeCloseTo(1, 4)
  for (const [k, value] of clipped.entries()) expect(Math.abs(value - free[k]! / 3)).toBeLessThan(1e-5 * norm)
  expect(flattened(await stepOf(deep, { clipNorm: 2 * norm }))).toEqual(free)
})

test('weight decay scales the rows that a step reads, independently of the gradient and its norm', async () => {
  const own = numbersOf(programOf({ ...deep, solver: { type: 'sgd' } }, data, kernels))
  const free = await stepOf(deep, {})
  const decayed = await stepOf(deep, { weightDecay: 0.5 })
  for (const [name, values] of decayed)
    for (const [k, value] of values.entries())
      expect(Math.abs(value - free.get(name)![k]! - 0.5 * own.get(name)![k]!)).toBeLessThan(1e-5)

  const few = { ...data, events: takeEvents(data.events, Int32Array.of(0, 1)) }
  const program = programOf({ ...deep, solver: { type: 'sgd', weightDecay: 0.5 } }, few, kernels)
  program.tables.get('p')!.values.fill(1)
  await fit(program)
  const { values } = program.tables.get('p')!
  // both events belong to the first user
  expect([...values.subarray(4)]).toEqual(Array(values.length - 4).fill(1))
  expect([...values.subarray(2, 4)].some((value) => value === 1)).toBe(false)
})

test('phases that the fused kernel cannot train run on tfjs, and the plan says why', () => {
  const plan = (more: object) => {
    const graph = graphOf({ ...small, solver: { type: 'adam', ...more } })
    const [{ solver, params, ...rest }] = graph.phases as [(typeof graph.phases)[number]]
    return solver.plan!(params, problemOf(graph, rest))
  }
  expect(plan({})).toBe('per-example descent in the fused kernel')
  expect(plan({ weightDecay: 0 })).toBe('per-example descent in the fused kernel')
  expect(plan({ weightDecay: 0.01 })).toContain('tfjs over gathered rows (weightDecay is 0.01)')
  expect(plan({ clipNorm: 5 })).toContain('tfjs over gathered rows (clipNorm is 5)')
  const learningRate = { type: 'cosine', from: 0.1, to: 0, epochs: 20 }
  expect(plan({ learningRate })).toBe('per-example descent in the fused kernel, at one rate for each epoch')
})
