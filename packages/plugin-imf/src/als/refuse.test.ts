import { loss, type OpNode, Type } from '@recspec/core'
import { expect, test } from 'vitest'
import { problemOf, type Setup } from '../../test/problem.js'
import { weightedSquares } from '../squares.js'
import { describe, refusal } from './refuse.js'

const quadratic = loss({
  summary: '',
  params: Type.Object({}),
  inputs: { score: 'one' },
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score }) => score.tensor,
  quadratic: () => ({ target: (r) => r, weight: () => 1 }),
})
const setup: Setup = { users: 2, items: 2, dim: 2, events: [], loss: quadratic, params: {} }
const overAll = { loss: weightedSquares, params: { unobservedWeight: 0.1 } }
const biased = { bias: { l2: 0.1, nu: 1 } }

test('what it can solve is not refused', () => {
  for (const rest of [{}, biased, { constant: 1 }, { ...biased, constant: 1 }, overAll])
    expect(refusal(problemOf({ ...setup, ...rest }))).toBeUndefined()
})

test('one head is trained at a time', () => {
  const problem = problemOf(setup)
  const [head] = problem.heads
  expect(refusal({ ...problem, heads: [head!, { ...head!, name: 'stars' }] })).toBe(
    'trains one head at a time, got "liked", "stars"',
  )
})

test('a loss that is not quadratic is named', () => {
  const { quadratic: _, ...logistic } = quadratic
  expect(refusal(problemOf({ ...setup, loss: logistic }))).toBe('needs a loss of squares, got "test" at head "liked"')
})

test('a weight that changes over the run is refused', () => {
  const problem = problemOf(setup)
  const weight = { type: 'linear', from: 0, to: 1, steps: 5 } as const
  expect(refusal({ ...problem, heads: [{ ...problem.heads[0]!, weight }] })).toContain('got a schedule')
})

test('the node that is no product of tables is named, with the reason', () => {
  const problem = problemOf(setup)
  const obstacle = { node: 'deep', reason: '"mlp" has no bilinear form' }
  expect(refusal({ ...problem, factors: () => ({ obstacle }) })).toBe(
    'needs a score made of products of tables: "deep" "mlp" has no bilinear form',
  )
})

test('a table that is not read by an id is refused', () => {
  const problem = problemOf(setup)
  const user = problem.graph.inputs.get('user')!
  const artist = { ...user, definition: { ...user.definition, reads: 'column' as const } }
  const inputs = new Map(problem.graph.inputs).set('user', artist)
  expect(refusal({ ...problem, graph: { ...problem.graph, inputs } })).toContain('"p" reads "user", which is not an id')
})

test('a table in two terms is refused', () => {
  const problem = problemOf(setup)
  const { terms } = problem.factors(problem.heads[0]!)
  expect(refusal({ ...problem, factors: () => ({ terms: [...terms!, ...terms!], constants: [] }) })).toContain(
    '"p" is in two',
  )
})

test('a constant that is to be learned is refused', () => {
  const { trains, graph, ...problem } = problemOf({ ...setup, constant: 1 })
  const score = graph.nodes.get('score') as OpNode
  const learning = (trainable: boolean) => {
    const weights = { bias: { shape: [1], init: 'zeros' as const, trainable } }
    const nodes = new Map(graph.nodes).set('score', { ...score, weights })
    return refusal({ ...problem, graph: { ...graph, nodes }, trains: new Set([...trains, 'score.bias']) })
  }
  expect(learning(true)).toBe('learns tables only: "score" has a trained "bias"')
  expect(learning(false)).toBeUndefined()
})

test('nothing to train is refused', () => {
  expect(refusal({ ...problemOf(setup), trains: new Set() })).toBe('found no table to train')
})

test('biases and constants do not go with a loss over all cells', () => {
  expect(refusal(problemOf({ ...setup, ...overAll, ...biased }))).toBe(
    'cannot go over all cells of "test": "bu" adds to a product',
  )
  expect(refusal(problemOf({ ...setup, ...overAll, constant: 1 }))).toBe(
    'cannot go over all cells of "test": "score" adds a constant',
  )
})

test('the plan names what is solved together', () => {
  expect(describe(problemOf(setup))).toBe('users (p), items (q)')
  expect(describe(problemOf({ ...setup, ...biased }))).toBe('users (p, bu), items (q, bi)')
  expect(describe(problemOf({ ...setup, bias: { l2: 1, nu: 0 } }))).toBe('users (p), users (bu), items (q), items (bi)')
  expect(describe(problemOf({ ...setup, frozen: ['q'] }))).toBe('users (p)')
})
