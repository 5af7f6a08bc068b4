import { loss, type OpNode, Type } from '@recspec/core'
import { expect, test } from 'vitest'
import { problemOf, type Setup } from '../../test/problem.js'
import { weightedSquares } from '../losses/weightedsquares.js'
import { headTerms } from '../score/terms.js'
import { describeHalfSteps } from './halfsteps.js'
import { rejection } from './rejects.js'

const quadratic = loss({
  summary: 'Squared error.',
  params: Type.Object({}),
  inputs: { score: 'one' },
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score }) => score.tensor,
  quadratic: () => ({ target: (r) => r, weight: () => 1 }),
})
const setup: Setup = { users: 2, items: 2, dim: 2, events: [], loss: quadratic, params: {} }
const allCells = { loss: weightedSquares, params: { unobservedWeight: 0.1 } }
const biased = { bias: { l2: 0.1, nu: 1 } }

test('accepts what it can solve', () => {
  for (const rest of [{}, biased, { constant: 1 }, { ...biased, constant: 1 }, allCells])
    expect(rejection(problemOf({ ...setup, ...rest }))).toBeUndefined()
})

test('rejects two heads, naming them', () => {
  const problem = problemOf(setup)
  const [head] = problem.heads
  expect(rejection({ ...problem, heads: [head!, { ...head!, name: 'stars' }] })).toBe(
    'trains one head at a time, got "liked", "stars"',
  )
})

test('rejects a loss that is not quadratic', () => {
  const { quadratic: _, ...logistic } = quadratic
  expect(rejection(problemOf({ ...setup, loss: logistic }))).toBe(
    'needs a quadratic loss, got "test/loss" at head "liked"',
  )
})

test('rejects a head weight with a schedule', () => {
  const problem = problemOf(setup)
  const weight = { type: 'linear', from: 0, to: 1, steps: 5 } as const
  expect(rejection({ ...problem, heads: [{ ...problem.heads[0]!, weight }] })).toContain('got a schedule')
})

test('rejects a score that does not factorize, with the node and the reason', () => {
  const problem = problemOf(setup)
  const obstacle = { node: 'deep', reason: '"mlp" has no bilinear form' }
  expect(rejection({ ...problem, factors: () => ({ obstacle }) })).toBe(
    'needs a score made of products of tables: "deep" "mlp" has no bilinear form',
  )
})

test('rejects a table that is not read by an id', () => {
  const problem = problemOf(setup)
  const user = problem.graph.inputs.get('user')!
  const artist = { ...user, definition: { ...user.definition, reads: 'column' as const } }
  const inputs = new Map(problem.graph.inputs).set('user', artist)
  expect(rejection({ ...problem, graph: { ...problem.graph, inputs } })).toContain(
    '"p" reads "user", which is not an id',
  )
})

test('rejects a table in two terms', () => {
  const problem = problemOf(setup)
  const { terms } = problem.factors(problem.heads[0]!)
  expect(
    rejection({ ...problem, factors: () => ({ terms: [...terms!, ...terms!], constants: [], linear: [] }) }),
  ).toContain('"p" is in two')
})

test('rejects a trained constant', () => {
  const { trains, graph, ...problem } = problemOf({ ...setup, constant: 1 })
  const score = graph.nodes.get('score') as OpNode
  const rejected = (trainable: boolean) => {
    const weights = { bias: { shape: [1], init: 'zeros' as const, trainable } }
    const nodes = new Map(graph.nodes).set('score', { ...score, weights })
    return rejection({ ...problem, graph: { ...graph, nodes }, trains: new Set([...trains, 'score.bias']) })
  }
  expect(rejected(true)).toBe('trains tables only: "score" has a trained "bias"')
  expect(rejected(false)).toBeUndefined()
})

test('rejects a problem without a table to train', () => {
  expect(rejection({ ...problemOf(setup), trains: new Set() })).toBe('found no table to train')
})

test('rejects biases and constants under a loss over all cells', () => {
  expect(rejection(problemOf({ ...setup, ...allCells, ...biased }))).toBe(
    'needs a score that is one product, because "test/loss" sums over all cells: "bu" is added to it',
  )
  expect(rejection(problemOf({ ...setup, ...allCells, constant: 1 }))).toBe(
    'needs a score that is one product, because "test/loss" sums over all cells: "score" adds a constant',
  )
})

const described = (given: Setup) => {
  const problem = problemOf(given)
  return describeHalfSteps(problem.graph, headTerms(problem, problem.heads[0]!))
}

test('the plan names the tables that are solved together', () => {
  expect(described(setup)).toBe('users (p), items (q)')
  expect(described({ ...setup, ...biased })).toBe('users (p, bu), items (q, bi)')
  expect(described({ ...setup, bias: { l2: 1, nu: 0 } })).toBe('users (p), users (bu), items (q), items (bi)')
  expect(described({ ...setup, frozen: ['q'] })).toBe('users (p)')
})
