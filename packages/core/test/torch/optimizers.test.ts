import {
  adagrad,
  adam,
  denseAdam,
  initialState,
  type Kernels,
  type Optimizer,
  openKernels,
  rmsprop,
  sgd,
  slots,
} from '@recspec/kernels'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { optimizerCases } from '../../../kernels/test/battery.js'
import { backends, useBackend } from '../../src/backend/backend.js'
import type { Dataset } from '../../src/dataset/dataset.js'
import { idsOf } from '../../src/dataset/ids.js'
import { type Document, fit, ids, programOf } from '../world.js'
import { missing, solvers } from './operators.js'
import { expectClose, type RuleCase, type TrainingCase, vectors } from './vectors.js'

const rules = { sgd, adagrad, adam, denseAdam, rmsprop }

/** Solvers that have no counterpart in PyTorch. */
const reasons = {
  'autoencoder/ease': 'a closed form: held to an inverse in float64 and to its own gradient',
  'autoencoder/slim': 'coordinate descent: held to the conditions of the minimum',
  'autoencoder/gf-cf': 'no training: held to dense matrices',
  'autoencoder/turbo-cf': 'no training: held to dense matrices',
  'autoencoder/bspm': 'no training: held to dense matrices',
  'autoencoder/copy': 'copies tables and weights',
  'imf/als': 'alternating least squares: held to dense solutions and to the objective',
  'imf/svd': 'a truncated singular value decomposition: held to the exact one',
  'imf/gibbs': 'a Gibbs sampler: held to its distributions',
}

test('every solver but those of closed form has vectors, and every update rule', () => {
  const trained = vectors.training.map(({ solver }) => solver.type)
  expect(missing(solvers.keys(), trained, reasons)).toEqual([])
  expect(Object.keys(reasons).filter((name) => !solvers.has(name))).toEqual([])
  expect(
    missing(
      Object.keys(optimizerCases),
      vectors.rules.map(({ optimizer }) => optimizer),
    ),
  ).toEqual([])
})

const ruleTitle = ({ optimizer, parameters, steps }: RuleCase) =>
  `${optimizer} ${JSON.stringify(parameters)} with ${steps[0]!.rows.length} rows read`

describe.each(['wasm', 'typescript'] as const)('kernels in %s', (implementation) => {
  let kernels: Kernels
  beforeAll(async () => {
    kernels = await openKernels({ implementation, threads: 1 })
  })
  afterAll(() => kernels.close())

  test.each(vectors.rules.map((use) => [ruleTitle(use), use] as const))('%s', (name, use) => {
    const make = rules[use.optimizer as keyof typeof rules] as (...parameters: unknown[]) => Optimizer
    const rule = make(...use.parameters)
    const [height, width] = use.start.shape as [number, number]
    const values = kernels.float32(height * width)
    values.set(use.start.values)
    const state = kernels.float32(height * slots(rule, width)).fill(initialState(rule))
    use.steps.forEach(({ rows, gradients, values: expected }, k) => {
      const slopes = Float32Array.from(gradients.values)
      kernels.update(rule, { values, state, width }, Int32Array.from(rows), slopes, use.rate, k + 1)
      expectClose(values, expected, `${name}: step ${k + 1}`)
    })
  })
})

const { user, item, rating } = vectors.events

const data: Dataset = {
  users: { ids: idsOf(['u0', 'u1', 'u2']), columns: new Map() },
  items: { ids: idsOf(['i0', 'i1', 'i2', 'i3']), columns: new Map() },
  events: {
    count: user.length,
    user: Int32Array.from(user),
    item: Int32Array.from(item),
    columns: new Map([['rating', { kind: 'number', values: Float64Array.from(rating) }]]),
  },
  notes: [],
}

/** The ops of the models of optimizers.py. */
const models: Readonly<Record<string, Document>> = {
  network: {
    hidden: { type: 'dense', units: 3, activation: 'tanh', inputs: ['p', 'q'] },
    score: { type: 'dense', units: 1, inputs: ['hidden'] },
  },
  factors: { score: { type: 'dot', inputs: ['p', 'q'] } },
}

const documentOf = ({ model, solver, dim }: TrainingCase): Document => ({
  inputs: ids,
  embeddings: { p: { input: 'user', dim }, q: { input: 'item', dim } },
  ops: models[model],
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { ...solver, epochs: 3, batchSize: user.length },
})

const trainingTitle = ({ model, solver }: TrainingCase) => `${JSON.stringify(solver)} on ${model}`

describe.each([...backends()])('training on %s', (backend) => {
  let kernels: Kernels
  beforeAll(async () => {
    kernels = await openKernels({ threads: 1 })
    await useBackend(backend, kernels)
  })
  afterAll(() => kernels.close())

  test.each(vectors.training.map((use) => [trainingTitle(use), use] as const))('%s', async (name, use) => {
    const program = programOf(documentOf(use), data, kernels)
    // row 0 of a table is that of unknown users or items
    const known = [...program.tables].map(([table, { values }]) => [table, values.subarray(use.dim)] as const)
    const numbers = new Map([...known, ...program.weights])
    expect([...numbers.keys()].sort()).toEqual(Object.keys(use.start).sort())
    for (const [weight, values] of numbers) values.set(use.start[weight]!.values)
    await fit(program)
    for (const [weight, values] of numbers) expectClose(values, use.values[weight]!, `${name}: ${weight}`)
  })
})
