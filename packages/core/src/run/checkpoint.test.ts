import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, type Opened, opened, world } from '../../test/world.js'
import { readCheckpoint } from '../model/read.js'
import { checkpointSchedule } from './checkpoint.js'
import { train } from './train.js'

test('a checkpoint is due at or after each multiple of steps, wherever the phase started', () => {
  const { isDue, written } = checkpointSchedule({ steps: 10 }, 0, () => 0)
  expect([9, 10].map(isDue)).toEqual([false, true])
  // a solver that cannot stop at every step asks late
  expect(isDue(25)).toBe(true)
  written(25)
  expect([29, 30].map(isDue)).toEqual([false, true])
  const resumed = checkpointSchedule({ steps: 10 }, 25, () => 0)
  expect([29, 30].map(resumed.isDue)).toEqual([false, true])
})

test('a checkpoint is due once the interval has passed since the last one; never without an interval', () => {
  let now = 5
  const { isDue, written } = checkpointSchedule({ seconds: 3 }, 0, () => now)
  now = 7.9
  expect(isDue(1)).toBe(false)
  now = 8
  expect(isDue(1)).toBe(true)
  written(1)
  expect(isDue(2)).toBe(false)
  expect(checkpointSchedule(undefined, 0, () => now).isDue(1e9)).toBe(false)
})

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 24, items: 20 })
const evaluation = { split: { type: 'ratio', share: 0.2 }, metrics: ['rmse'] }
const stop = { metric: 'rmse', patience: 1 }
const shallow = {
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 3, l2: 0.02 }, q: { input: 'item', dim: 3, l2: 0.02 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  evaluation,
}
const deep = {
  ...shallow,
  ops: {
    hidden: { type: 'dense', inputs: ['p', 'q'], units: 4 },
    normal: { type: 'batchNorm', inputs: ['hidden'] },
    thin: { type: 'dropout', inputs: ['normal'], rate: 0.2 },
    score: { type: 'dense', inputs: ['thin'], units: 1 },
  },
}

const documents: Readonly<Record<string, Document>> = {
  'the fused kernel with early stopping': {
    ...shallow,
    solver: { type: 'adam', learningRate: 0.01, epochs: 12, stop },
  },
  'mini-batches in the fused kernel, within and between epochs': {
    ...shallow,
    solver: { type: 'adam', learningRate: 0.01, epochs: 4, batchSize: 20, stop },
  },
  'mini-batches whose steps move every row, with dropout, within and between epochs': {
    ...shallow,
    ops: {
      thin: { type: 'dropout', inputs: ['p'], rate: 0.2 },
      score: { type: 'dot', inputs: ['thin', 'q'] },
    },
    solver: { type: 'adam', lazy: false, learningRate: 0.01, epochs: 4, batchSize: 20, stop },
  },
  'tfjs whose steps move every row, within and between epochs': {
    ...deep,
    solver: { type: 'adam', lazy: false, learningRate: 0.01, epochs: 3, batchSize: 20, stop },
  },
  'tfjs with early stopping, within and between epochs': {
    ...deep,
    solver: { type: 'adam', learningRate: 0.2, epochs: 6, batchSize: 20, stop },
  },
  'sequences read once, in pieces, within and between epochs': {
    inputs: { item: ids.item, met: { type: 'history', entity: 'user', before: 'event', maxLength: 5 } },
    embeddings: { q: shallow.embeddings.q, h: { input: 'met', table: 'q' } },
    ops: {
      thin: { type: 'dropout', inputs: ['h'], rate: 0.2 },
      read: { type: 'attention', inputs: ['thin'], causal: true, dropout: 0.2 },
      state: { type: 'pool', inputs: ['read'], by: ['last'] },
      score: { type: 'dot', inputs: ['state', 'q'] },
    },
    heads: { next: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 }, examples: 'sequences' } },
    evaluation: { split: evaluation.split, metrics: ['hr@3'] },
    solver: { type: 'adam', learningRate: 0.01, epochs: 3, batchSize: 2, stop: { ...stop, metric: 'hr@3' } },
  },
  'several phases': {
    ...deep,
    solver: [
      { type: 'rmsprop', learningRate: 0.02, momentum: 0.5, epochs: 2, batchSize: 50, trains: ['p', 'q'], stop },
      { type: 'sgd', learningRate: 0.01, momentum: 0.5, epochs: 2, batchSize: 50, trains: ['hidden', 'score'] },
    ],
  },
}

for (const [name, document] of Object.entries(documents))
  test(`${name}: a run resumed from any checkpoint ends in the same bytes`, async () => {
    const graph = graphOf(document)
    const files: Uint8Array[] = []
    const options = {
      kernels,
      checkpointEvery: { steps: 4 },
      onCheckpoint: async (file: Uint8Array) => void files.push(file),
    }
    const whole = await train(graph, data, options)
    const bytes = await whole.model.save()
    expect(files.length).toBeGreaterThan(3)
    // checkpoints change nothing
    expect(Buffer.compare(bytes, await (await train(graph, data, { kernels })).model.save())).toBe(0)
    let middles = 0
    for (const file of files) {
      const resume = (await readCheckpoint(file))!
      if (resume.state.numbers['steps']! > 0) middles++
      const rest = await train(graph, data, { kernels, resume })
      expect(Buffer.compare(bytes, await rest.model.save())).toBe(0)
      expect(rest.outcomes).toEqual(whole.outcomes)
    }
    if (name.includes('within')) expect(middles).toBeGreaterThan(0)
  })

test('a phase that stops early reports its last epoch and its best one', async () => {
  const metrics: number[] = []
  const { outcomes } = await train(graphOf(documents['tfjs with early stopping, within and between epochs']!), data, {
    kernels,
    onReport: (report) => metrics.push(report.metrics!['rmse']!),
  })
  const best = metrics.indexOf(Math.min(...metrics)) + 1
  expect(outcomes).toEqual([{ solver: 'adam', epoch: metrics.length, epochs: 6, best }])
  expect(metrics.length).toBe(best + 1)
})

test('a signal interrupts a solver that never awaits', async () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 20)
  const solver = { type: 'sgd', learningRate: 1e-6, epochs: 1_000_000 }
  const { interrupted } = await train(graphOf({ ...shallow, solver }), data, { kernels, signal: controller.signal })
  expect(interrupted).toBeDefined()
})
