import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, fit, ids, numbersOf, type Opened, opened, programOf, world } from '../../../test/world.js'
import { solvers } from './index.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 12, items: 8 })
const shallow: Document = {
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 2, l2: 0.01 }, q: { input: 'item', dim: 2, l2: 0.01 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
}
const executors: Readonly<Record<string, readonly [Document, object]>> = {
  'the fused kernel': [shallow, {}],
  tfjs: [{ ...shallow, ops: { score: { type: 'dense', inputs: ['p', 'q'], units: 1 } } }, { batchSize: 6 }],
}

interface Schema {
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
}

/** The parameters of a schema by path; those of a union by the `type` that chooses them. */
const leaves = ({ anyOf, properties, ...rest }: Schema, path = ''): readonly string[] => {
  if (anyOf) return [...new Set(anyOf.flatMap((one) => leaves(one, path)))]
  if (!properties || 'const' in rest) return [path]
  const type = properties['type']?.const
  const own = type === undefined ? path : `${path}/${type}`
  return Object.entries(properties).flatMap(([name, one]) =>
    name === 'type' ? [] : leaves(one, own ? `${own}/${name}` : name),
  )
}

const shape = (type: string, ...more: readonly object[]) =>
  more.map((one) => ({ learningRate: { type, from: 0.05, to: 0.01, steps: 30, ...one } }))
const epochs = (type: string, ...counts: number[]) =>
  counts.map((count) => ({ learningRate: { type, from: 0.05, to: 0.01, epochs: count } }))
const stairs = (...more: readonly object[]) =>
  more.map((one) => ({ learningRate: { type: 'step', from: 0.05, factor: 0.5, steps: 15, ...one } }))
const numbers = (name: string, ...values: number[]) => values.map((value) => ({ [name]: value }))
const lines = (type: string): Readonly<Record<string, readonly object[]>> => ({
  [`learningRate/${type}/from`]: shape(type, { from: 0.05 }, { from: 0.04 }),
  [`learningRate/${type}/to`]: shape(type, { to: 0.01 }, { to: 0.02 }),
  [`learningRate/${type}/steps`]: shape(type, { steps: 30 }, { steps: 500 }),
  [`learningRate/${type}/epochs`]: epochs(type, 1, 8),
  [`learningRate/${type}/warmup`]: shape(type, {}, { warmup: 100 }),
})

/** For every parameter two settings, which differ in nothing else. */
const cases: Readonly<Record<string, readonly object[]>> = {
  learningRate: numbers('learningRate', 0.02, 0.03),
  ...lines('linear'),
  ...lines('cosine'),
  'learningRate/constant/value': [0.02, 0.03].map((value) => ({ learningRate: { type: 'constant', value } })),
  'learningRate/constant/warmup': [1, 100].map((warmup) => ({
    learningRate: { type: 'constant', value: 0.02, warmup },
  })),
  'learningRate/step/from': stairs({ from: 0.05 }, { from: 0.04 }),
  'learningRate/step/factor': stairs({ factor: 0.5 }, { factor: 0.8 }),
  'learningRate/step/to': stairs({ to: 0 }, { to: 0.02 }),
  'learningRate/step/steps': stairs({ steps: 15 }, { steps: 25 }),
  'learningRate/step/epochs': [1, 3].map((count) => ({
    learningRate: { type: 'step', from: 0.05, factor: 0.5, epochs: count },
  })),
  'learningRate/step/warmup': stairs({}, { warmup: 100 }),
  epochs: numbers('epochs', 3, 5),
  batchSize: numbers('batchSize', 4, 16),
  weightDecay: [{}, { weightDecay: 0.1 }],
  clipNorm: numbers('clipNorm', 0.1, 0.001),
  'stop/metric': ['rmse', 'mae'].map((metric) => ({ stop: { metric, patience: 2 } })),
  'stop/patience': [1, 2].map((patience) => ({ stop: { metric: 'rmse', patience } })),
  momentum: numbers('momentum', 0, 0.5),
  epsilon: numbers('epsilon', 1e-8, 1e-2),
  initial: numbers('initial', 1e-4, 1e-2),
  beta1: numbers('beta1', 0.9, 0.8),
  beta2: numbers('beta2', 0.999, 0.9),
  lazy: [true, false].map((lazy) => ({ lazy })),
  decay: numbers('decay', 0.9, 0.8),
}

/** Validation metrics by epoch: rmse is best at epoch 4, which patience 1 does not reach, mae at epoch 1. */
const validation = () => {
  let epoch = 0
  const measured = { rmse: [3, 2, 2.5, 1, 5], mae: [1, 2, 3, 4, 5] }
  return async () => {
    const found = { rmse: measured.rmse[epoch]!, mae: measured.mae[epoch]! }
    epoch++
    return found
  }
}

const trained = async (document: Document, solver: object) => {
  const program = programOf({ ...document, solver }, data, kernels)
  await fit(program, { validate: validation() })
  return numbersOf(program)
}

for (const [type, { params }] of Object.entries(solvers))
  for (const [executor, [document, own]] of Object.entries(executors))
    test.each(leaves(params as Schema))(`${type} in ${executor}: %s changes every weight`, async (path) => {
      expect(Object.keys(cases)).toContain(path)
      const common = { type, learningRate: 0.02, epochs: 5, ...own }
      const [one, other] = await Promise.all(cases[path]!.map((more) => trained(document, { ...common, ...more })))
      for (const [name, values] of one!) expect(values, name).not.toEqual(other!.get(name))
    })
