import { afterAll, beforeAll, expect, test } from 'vitest'
import { fit, ids, type Opened, opened, programOf } from '../../../test/world.js'
import type { Dataset } from '../../dataset/dataset.js'
import { idsOf } from '../../dataset/ids.js'
import { solvers } from './index.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

/** An update rule in plain arithmetic: what a step subtracts, from the gradient and the number of the step from 1. */
type Rule = () => (gradient: number, step: number) => number

/** The update rule of each optimizer, with parameters that differ from the defaults. */
const oracles: Readonly<Record<string, readonly [params: object, rule: Rule]>> = {
  sgd: [
    { learningRate: 0.1, momentum: 0.6 },
    () => {
      let velocity = 0
      return (gradient) => {
        velocity = 0.6 * velocity + gradient
        return 0.1 * velocity
      }
    },
  ],
  adagrad: [
    { learningRate: 0.1, epsilon: 1e-3, initial: 0.2 },
    () => {
      let sum = 0.2
      return (gradient) => {
        sum += gradient ** 2
        return (0.1 * gradient) / (Math.sqrt(sum) + 1e-3)
      }
    },
  ],
  adam: [
    { learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 },
    () => {
      let [mean, square] = [0, 0]
      return (gradient, step) => {
        mean = 0.8 * mean + 0.2 * gradient
        square = 0.95 * square + 0.05 * gradient ** 2
        return (0.1 * (mean / (1 - 0.8 ** step))) / (Math.sqrt(square / (1 - 0.95 ** step)) + 1e-3)
      }
    },
  ],
  rmsprop: [
    { learningRate: 0.1, decay: 0.7, epsilon: 1e-3, momentum: 0.5 },
    () => {
      let [square, velocity] = [0, 0]
      return (gradient) => {
        square = 0.7 * square + 0.3 * gradient ** 2
        velocity = 0.5 * velocity + gradient / (Math.sqrt(square) + 1e-3)
        return 0.1 * velocity
      }
    },
  ],
}

test('every optimizer has an update rule to be held to', () => {
  expect(Object.keys(oracles).sort()).toEqual(Object.keys(solvers).sort())
})

const data: Dataset = {
  users: { ids: idsOf(['u']), columns: new Map() },
  items: { ids: idsOf(['i']), columns: new Map() },
  events: {
    count: 1,
    user: Int32Array.of(0),
    item: Int32Array.of(0),
    columns: new Map([['rating', { kind: 'number', values: Float64Array.of(3) }]]),
  },
  notes: [],
}

for (const [type, [params, rule]] of Object.entries(oracles))
  test.each(['row of a table', 'weight'] as const)(`${type} moves a %s by its update rule`, async (of) => {
    // the score is a number that starts at 1, of squared error with target 3
    const program = programOf(
      {
        inputs: { user: ids.user },
        embeddings: { b: { input: 'user', dim: 1, init: 'ones' } },
        ops: { score: { type: 'bias', inputs: ['b'], init: 0, trainable: of === 'weight' } },
        heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
        solver: { type, epochs: 6, batchSize: 1, ...params, trains: [of === 'weight' ? 'score' : 'b'] },
      },
      data,
      kernels,
    )
    await fit(program)
    const update = rule()
    let score = 1
    for (let step = 1; step <= 6; step++) score -= update(2 * (score - 3), step)
    expect(program.scores('score', Int32Array.of(0), Int32Array.of(0))[0]).toBeCloseTo(score, 4)
  })
