import { compile } from '@recspec/dsl'
import type { Kernels } from '@recspec/kernels'
import { key, normal, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { world } from '../../test/world.js'
import { useBackend } from '../backend/backend.js'
import { mse } from '../builtin/losses/mse.js'
import { loss } from '../contract/loss.js'
import type { Plugin } from '../contract/plugin.js'
import { solver } from '../contract/solver.js'
import { Type } from '../contract/type.js'
import { train } from '../run/train.js'
import { load, readCheckpoint } from './read.js'

let kernels: Kernels
beforeAll(async () => {
  await useBackend('wasm')
  kernels = await openKernels({ threads: 1 })
})
afterAll(() => kernels.close())

const closed = { additionalProperties: false } as const

/** Draws new values of all trained numbers for each sample; every second report has no sample. */
const noise = solver({
  summary: 'Draws numbers.',
  params: Type.Object({ samples: Type.Integer() }, closed),
  kind: 'samples',
  validates: () => ['rmse'],
  async *fit({ samples }, { trains }, program, run) {
    for (let epoch = 1 + (run.resume?.numbers['epoch'] ?? 0); epoch <= 2 * samples; epoch++) {
      for (const name of trains) {
        const values = program.tables.get(name)?.values ?? program.weights.get(name)!
        for (let at = 0; at < values.length; at++) values[at] = normal(key(run.seed, epoch, values.length), at)
      }
      const metrics = await run.validate?.()
      const sample = epoch % 2 === 0 ? { sample: { deviation: epoch / 10 } } : {}
      const state = () => ({ numbers: { epoch }, arrays: {} })
      yield {
        epoch,
        epochs: 2 * samples,
        step: epoch,
        loss: 1,
        examples: 1,
        ...(metrics && { metrics }),
        ...sample,
        state,
      }
    }
  },
})
const gaussian = loss({
  ...mse,
  params: Type.Object({ sigma: Type.Number() }, closed),
  deviation: ({ sigma }: { sigma: number }) => sigma,
} as never)
const plugin: Plugin = { name: 'test', apiVersion: 1, solvers: { noise }, losses: { gaussian } }

const ops = {
  bilinear: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    linear: { type: 'sum', inputs: ['match', 'b'] },
    score: { type: 'bias', inputs: ['linear'] },
  },
  deep: {
    both: { type: 'concat', inputs: ['p', 'q', 'b'] },
    hidden: { type: 'dense', inputs: ['both'], units: 3, activation: 'tanh' },
    score: { type: 'dense', inputs: ['hidden'], units: 1 },
  },
} as const

const graphOf = (
  kind: keyof typeof ops,
  solvers: unknown = { type: 'test/noise', samples: 3 },
  cut: object = { clip: [1, 5] },
) =>
  compile(
    {
      name: 'test.json',
      text: JSON.stringify({
        recspec: 1,
        name: 'test',
        inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
        embeddings: {
          p: { input: 'user', dim: 2 },
          q: { input: 'item', dim: 2 },
          b: { input: 'item', dim: 1 },
        },
        ops: ops[kind],
        heads: {
          stars: {
            inputs: ['score'],
            target: { column: 'rating', range: [1, 5], ...cut },
            loss: { type: 'test/gaussian', sigma: 0.2 },
          },
        },
        solver: solvers,
        evaluation: { split: { type: 'ratio', share: 0.2 }, metrics: ['rmse', 'nll', 'intervalCoverage(0.9)'] },
      }),
    },
    [plugin],
  )

const data = world({ users: 7, items: 9 })
const pairs = { user: Int32Array.of(0, 3, 6, 2), item: Int32Array.of(8, 0, 4, -1) }

/** A checkpoint that ends with the given sample: the same run, stopped there. */
const stoppedAfter = async (kind: keyof typeof ops, sample: number) => {
  const stop = new AbortController()
  const { interrupted } = await train(graphOf(kind), data, {
    kernels,
    signal: stop.signal,
    onReport: ({ epoch }) => epoch === 2 * sample && stop.abort(),
  })
  return interrupted!
}

for (const kind of ['bilinear', 'deep'] as const) {
  test(`${kind}: predictions, rankings and neighbors are those of the mean over samples`, async () => {
    const { model } = await train(graphOf(kind), data, { kernels })
    const { samples: draws } = await stoppedAfter(kind, 3)
    expect(draws!.map(({ deviation }) => deviation)).toEqual([0.2, 0.4, 0.6])
    const score = (user: number, item: number) => {
      let sum = 0
      for (const { weights } of draws!) {
        const [p, q, b] = ['p', 'q', 'b'].map((name) => weights.get(name)!) as [
          Float32Array,
          Float32Array,
          Float32Array,
        ]
        const [u, i] = [user + 1, item + 1]
        const parts = [p[2 * u]!, p[2 * u + 1]!, q[2 * i]!, q[2 * i + 1]!, b[i]!]
        if (kind === 'bilinear') {
          sum += parts[0]! * parts[2]! + parts[1]! * parts[3]! + parts[4]! + weights.get('score.bias')![0]!
          continue
        }
        let out = weights.get('score.bias')![0]!
        for (let unit = 0; unit < 3; unit++) {
          let total = weights.get('hidden.bias')![unit]!
          parts.forEach((part, k) => {
            total += part * weights.get('hidden.kernel')![k * 3 + unit]!
          })
          out += Math.tanh(total) * weights.get('score.kernel')![unit]!
        }
        sum += out
      }
      return sum / draws!.length
    }
    model.predict(pairs.user, pairs.item).forEach((value, k) => {
      const expected = 1 + 4 * score(pairs.user[k]!, pairs.item[k]!)
      expect(value).toBeCloseTo(Math.min(5, Math.max(1, expected)), 4)
    })
    const ranked = await model.recommend(2, 9, true)
    expect(ranked).toHaveLength(9)
    const rating = (user: number, item: number) => Math.min(5, Math.max(1, 1 + 4 * score(user, item)))
    for (const { index, score: found } of ranked) expect(found).toBeCloseTo(rating(2, index), 4)
    if (kind === 'deep') return
    const [near] = await model.similar('item', 1, 1, 'dot')
    const product = (a: number, b: number) =>
      draws!.reduce((sum, { weights }) => {
        const q = weights.get('q')!
        return sum + (q[2 * a + 2]! * q[2 * b + 2]! + q[2 * a + 3]! * q[2 * b + 3]!) / draws!.length
      }, 0)
    expect(near!.score).toBeCloseTo(product(1, near!.index), 4)
    for (const other of [0, 2, 3, 4, 5, 6, 7, 8]) expect(product(1, other)).toBeLessThanOrEqual(near!.score + 1e-5)
  })
}

test('samples are saved with the model, which gives the same answers and metrics after loading', async () => {
  const graph = graphOf('bilinear')
  const { model, evaluation } = await train(graph, data, { kernels })
  const back = await load(await model.save(), () => graph, { kernels })
  expect(back.predict(pairs.user, pairs.item)).toEqual(model.predict(pairs.user, pairs.item))
  expect(await back.recommend(4, 5)).toEqual(await model.recommend(4, 5))
  expect(Object.values(evaluation!.metrics).every(Number.isFinite)).toBe(true)
  const again = await back.evaluate(data)
  expect(again).toEqual(await model.evaluate(data))
})

test('a resumed run continues with the samples it had', async () => {
  const graph = graphOf('bilinear')
  const { model } = await train(graph, data, { kernels })
  const stop = new AbortController()
  const first = await train(graph, data, {
    kernels,
    signal: stop.signal,
    onReport: ({ epoch }) => epoch === 3 && stop.abort(),
  })
  const resume = (await readCheckpoint(await first.model.save()))!
  expect(resume.samples).toHaveLength(1)
  const rest = await train(graph, data, { kernels, resume })
  expect(rest.model.predict(pairs.user, pairs.item)).toEqual(model.predict(pairs.user, pairs.item))
})

test('validation in a sampling phase uses the mean of the samples so far', async () => {
  const measured: number[] = []
  const { model } = await train(graphOf('bilinear'), data, {
    kernels,
    onReport: ({ metrics }) => measured.push(metrics!['rmse']!),
  })
  // before the first sample the current weights; then the same samples twice
  expect(measured[3]).toBe(measured[2])
  expect(measured[1]).not.toBe(measured[0])
  expect(measured[4]).not.toBe(measured[3])
  expect(model.evaluation!.metrics['rmse']).toBeGreaterThan(0)
})

test('a phase after one that samples is refused, by the compiler and by training', async () => {
  const phases = [
    { type: 'test/noise', samples: 1 },
    { type: 'sgd', epochs: 1 },
  ]
  const sentence = '"test/noise" samples, and another phase follows it'
  expect(() => graphOf('bilinear', phases)).toThrow(sentence)
  const [samples, descends] = phases.map((phase) => graphOf('bilinear', phase))
  const graph = { ...samples!, phases: [...samples!.phases, ...descends!.phases] }
  await expect(train(graph, data, { kernels })).rejects.toThrow(sentence)
})

test("the deviation of the loss is the default of a model without samples, in the target's scale", async () => {
  const { model, evaluation } = await train(graphOf('bilinear', { type: 'sgd', epochs: 1 }, {}), data, { kernels })
  const rows = data.events
  const wide = await model.evaluate({ ...data, events: rows })
  const own = model.predict(rows.user, rows.item, rows)
  const column = rows.columns.get('rating')!
  if (column.kind !== 'number') throw new Error('ratings are numbers')
  let sum = 0
  own.forEach((value, row) => {
    sum += (value - column.values[row]!) ** 2 / (2 * 0.8 ** 2) + Math.log(0.8 * Math.sqrt(2 * Math.PI))
  })
  expect(wide.metrics['nll']).toBeCloseTo(sum / rows.count, 4)
  expect(evaluation!.baseline['nll']).toBeGreaterThan(0)
})
