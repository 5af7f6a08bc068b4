import { readFileSync } from 'node:fs'
import { compile } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pluginProblem } from '../src/contract/checkplugin.js'
import { load } from '../src/model/read.js'
import { train } from '../src/run/train.js'
import { guide } from './guide.js'
import { ids, type Opened, opened, world } from './world.js'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const regions = [...read('guide.ts').matchAll(/\/\/ #region (\w+)\n([\s\S]*?)\/\/ #endregion/g)]

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

test('the README has every example of the guide, as it is tested here', () => {
  const readme = read('../README.md')
  expect(regions).toHaveLength(12)
  for (const [, name, code] of regions) expect(readme, name).toContain(`\`\`\`ts\n${code}\`\`\``)
})

const data = world({ users: 12, items: 10 })
const graphOf = (sections: object) =>
  compile(
    {
      name: 'guide.json',
      text: JSON.stringify({
        inputs: {
          ...ids,
          price: { type: 'guide/weekday', entity: 'item' },
          past: { type: 'history', entity: 'user' },
        },
        embeddings: {
          p: { input: 'user', dim: 3 },
          q: { input: 'item', dim: 4 },
          day: { input: 'price', dim: 1 },
          h: { input: 'past', table: 'q' },
        },
        ops: {
          taste: { type: 'guide/average', inputs: ['h'] },
          tower: { type: 'guide/tower', inputs: ['p', 'taste'], units: 3 },
          match: { type: 'guide/bilinear', inputs: ['tower', 'q'], l2: 0.01 },
          base: { type: 'sum', inputs: ['match', 'day'] },
          score: { type: 'bias', inputs: ['base'], trainable: true },
        },
        ...sections,
      }),
    },
    [guide],
  )

test('the plugin of the guide is valid', () => {
  expect(pluginProblem(guide)).toBeUndefined()
})

test('a ranking document of the guide trains, is measured, saved and served', async () => {
  const graph = graphOf({
    heads: {
      liked: {
        inputs: ['score'],
        loss: { type: 'guide/hinge', negatives: { count: 2, sampler: 'guide/smoothed', hard: 2, shared: true } },
      },
    },
    solver: { type: 'guide/sign', epochs: 6, batchSize: 16 },
    evaluation: {
      split: { type: 'leave-one-out' },
      candidates: { type: 'guide/popular', count: 5 },
      metrics: ['guide/bestRank'],
    },
  })
  const reports: number[] = []
  const { model, evaluation } = await train(graph, data, { kernels, onReport: ({ loss }) => reports.push(loss) })
  expect(reports).toHaveLength(6)
  expect(reports.every(Number.isFinite)).toBe(true)
  expect(evaluation!.protocol).toBe('leave-one-out/popular-5')
  expect(evaluation!.metrics['guide/bestRank']).toBeLessThanOrEqual(5)
  const again = await load(await model.save(), () => graph, { kernels })
  expect(await again.recommend(1, 3)).toEqual(await model.recommend(1, 3))
})

test('the solver of the guide finds the mean, on the rows that its split leaves', async () => {
  const graph = graphOf({
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver: [
      { type: 'guide/mean', trains: ['score'] },
      { type: 'guide/sign', epochs: 2 },
    ],
    evaluation: { split: { type: 'guide/users', share: 0.25 }, metrics: ['guide/meanError(absolute)', 'rmse'] },
  })
  const { evaluation, model } = await train(graph, data, { kernels })
  expect(evaluation!.metrics['guide/meanError(absolute)']).toBeLessThan(2)
  const own = (events: typeof data.events) => new Set(events.user).size
  expect(evaluation!.rows).toBeGreaterThan(0)
  expect(own(data.events)).toBe(model.users.ids.count)
})

test('errors of the guide are bare sentences that the compiler places', () => {
  const heads = { stars: { inputs: ['score'], target: 'rating', loss: { type: 'guide/hinge' } } }
  expect(() => graphOf({ heads, solver: { type: 'sgd' } })).toThrow('reads no target')
  const rated = { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }
  expect(() => graphOf({ heads: rated, solver: { type: 'guide/mean' } })).toThrow('trains one bias, got')
})
