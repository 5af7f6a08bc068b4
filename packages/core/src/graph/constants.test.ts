import { key, normal, sgd } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphOf, ids, type Opened, opened, programOf, world } from '../../test/world.js'
import { fusedPlan } from '../train/fused/plan.js'
import { factorize } from './factorize.js'
import { problemOf } from './problem.js'
import { scoreVjp } from './vjp.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const document = {
  inputs: { ...ids, when: { type: 'number', entity: 'event', column: 'liked' } },
  embeddings: {
    p: { input: 'user', dim: 3 },
    q: { input: 'item', dim: 3 },
    b: { input: 'item', dim: 1 },
    s: { input: 'user', dim: 2 },
    t: { input: 'item', dim: 2 },
  },
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    mf: { type: 'sum', inputs: ['match', 'b'] },
    deep: { type: 'mlp', inputs: ['s', 't'], units: [4], activation: 'tanh' },
    ann: { type: 'dense', inputs: ['deep', 'when'], units: 1 },
    both: { type: 'residual', inputs: ['mf', 'ann'], gate: true },
    score: { type: 'bias', inputs: ['both'], init: 'target-mean', trainable: false },
  },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: [
    { type: 'sgd', epochs: 1, trains: ['p', 'q', 'b'] },
    { type: 'adam', epochs: 1, trains: ['s', 't', 'deep', 'ann', 'both'] },
  ],
}

test('an opaque pair-side node that is not trained is a constant of each pair, part of the score', () => {
  const data = world({ users: 6, items: 7 })
  const program = programOf(document, data, kernels)
  const { graph } = program
  let place = 0
  for (const values of [...[...program.tables.values()].map((table) => table.values), ...program.weights.values()])
    for (let at = 0; at < values.length; at++) values[at] = normal(key(3, place++), at)
  const { trains } = graph.phases[0]!
  const { terms, constants } = factorize(graph, 'score', { trains })
  expect(constants!.map(({ at }) => at).sort()).toEqual(['deep/hidden1', 'when'])
  expect(terms!.map(({ user, item }) => [user?.node, item?.node])).toEqual([
    ['p', 'q'],
    [undefined, 'b'],
  ])

  const { user, item, count } = data.events
  const expected = program.scores('score', user, item, data.events)
  const vjp = scoreVjp(graph, 'score', program.weightsOf, trains)
  const parts = constants!.map((constant) => ({
    cotangent: vjp.of(constant),
    values: program.scores(constant.at, user, item, data.events),
  }))
  const side = (node: string | undefined, row: number, lane: number, width: number) =>
    node === undefined ? 1 : program.sideValues(node)[(row + 1) * width + lane]!
  for (let row = 0; row < count; row += 5) {
    let score = vjp.constant
    for (const term of terms!)
      vjp.of(term).forEach((weight, lane, { length }) => {
        score +=
          weight * side(term.user?.node, user[row]!, lane, length) * side(term.item?.node, item[row]!, lane, length)
      })
    for (const { cotangent, values } of parts)
      cotangent.forEach((weight, lane) => {
        score += weight * values[row * cotangent.length + lane]!
      })
    expect(score).toBeCloseTo(expected[row]!, 4)
  }
})

test('the same node is an obstacle where it is trained, or without a set of trained weights', () => {
  const graph = graphOf(document)
  expect(factorize(graph, 'score', { trains: graph.phases[1]!.trains }).obstacle?.node).toBe('both')
  expect(factorize(graph, 'score').obstacle?.node).toBe('deep/hidden1')
  expect(factorize(graph, 'score', { trains: new Set([...graph.phases[0]!.trains, 's']) }).obstacle?.node).toBe(
    'deep/hidden1',
  )
})

test('the fused plan is refused where pairs have constants', () => {
  const graph = graphOf(document)
  const plan = fusedPlan({ tables: sgd(), weights: sgd() }, {}, problemOf(graph, graph.phases[0]!))
  expect(plan).toEqual({ reason: '"deep/hidden1" differs for every pair' })
})
