import { compile } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, fit, ids, type Opened, opened, world } from '../../test/world.js'
import { type Objective, type ObjectiveValue, objectiveOf, type Plugin, problemOf, solver, Type } from '../index.js'
import { lower } from '../program/lower.js'
import { train } from '../run/train.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const total = ({ loss, penalty }: ObjectiveValue) => loss + penalty

/** Gradient descent with a line search (Armijo, 1966): halves the step until the objective decreases enough. */
const lineSearch: Plugin = {
  name: 'line',
  apiVersion: 1,
  solvers: {
    search: solver({
      summary: 'Gradient descent with a line search.',
      params: Type.Object({ epochs: Type.Integer({ default: 10 }) }, { additionalProperties: false }),
      kind: 'minimises',
      async *fit({ epochs }, problem, program) {
        const objective: Objective = objectiveOf(problem, program)
        let step = 1
        for (let epoch = 1; epoch <= epochs; epoch++) {
          const now = objective.evaluate()
          const gradients = [...now.tables, ...now.weights]
          const arrays = new Map([
            ...[...program.tables].map(([name, { values }]) => [name, values] as const),
            ...program.weights,
          ])
          const before = new Map([...arrays].map(([name, values]) => [name, values.slice()]))
          const squares = gradients.reduce(
            (sum, [, values]) => values.reduce((all, value) => all + value * value, sum),
            0,
          )
          const move = (by: number) => {
            for (const [name, gradient] of gradients)
              arrays.get(name)!.set(before.get(name)!.map((value, k) => value - by * gradient[k]!))
            return total(objective.evaluate())
          }
          step *= 4
          while (move(step) > total(now) - 0.1 * step * squares && step > 1e-9) step /= 2
          const loss = total(objective.evaluate()) / objective.examples
          yield {
            epoch,
            epochs,
            step: epoch,
            loss,
            examples: objective.examples,
            state: () => ({ numbers: {}, arrays: {} }),
          }
        }
      },
    }),
  },
}

const data = world({ users: 6, items: 5 })
const graphFor = (heads: Document, solver: Document, more: Document = {}) =>
  compile(
    {
      name: 'test.json',
      text: JSON.stringify({
        recspec: 1,
        name: 'test',
        inputs: { ...ids, genres: { type: 'categories', entity: 'item' } },
        embeddings: {
          p: { input: 'user', dim: 3, l2: 0.02, nu: 0.5, init: { type: 'normal', deviation: 0.5 } },
          q: { input: 'item', dim: 3, l2: 0.01, init: { type: 'normal', deviation: 0.5 } },
          g: { input: 'genres', dim: 3, combine: 'mean', init: { type: 'normal', deviation: 0.5 } },
        },
        ops: {
          both: { type: 'sum', inputs: ['q', 'g'] },
          mapped: { type: 'dense', inputs: ['p'], units: 3, activation: 'tanh', l2: 0.01 },
          score: { type: 'dot', inputs: ['mapped', 'both'] },
        },
        heads,
        solver,
        ...more,
      }),
    },
    [lineSearch],
  )
const rated = { rating: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } }
const ranked = { liked: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 } } }

test.each([
  ['mse', rated],
  ['bpr', ranked],
])('gradients of the objective agree with finite differences: %s', (_, heads) => {
  const graph = graphFor(heads, { type: 'sgd' })
  const program = lower(graph, data, { kernels, seed: 3 })
  const objective = objectiveOf(problemOf(graph, graph.phases[0]!), program, { batchSize: 7, seed: 5 })
  const found = objective.evaluate()
  expect(objective.examples).toBe(data.events.count)
  expect([...found.tables.keys()]).toEqual(['p', 'q', 'g'])
  expect([...found.weights.keys()]).toEqual(['mapped.kernel', 'mapped.bias'])
  const arrays = [
    ...[...found.tables].map(([name, gradient]) => [program.tables.get(name)!.values, gradient] as const),
    ...[...found.weights].map(([name, gradient]) => [program.weights.get(name)!, gradient] as const),
  ]
  for (const [values, gradient] of arrays) {
    expect(gradient.length).toBe(values.length)
    for (let k = 0; k < values.length; k += 4) {
      const before = values[k]!
      const at = (value: number) => {
        values[k] = value
        return total(objective.evaluate())
      }
      const difference = (at(before + 0.01) - at(before - 0.01)) / 0.02
      values[k] = before
      expect(Math.abs(gradient[k]! - difference)).toBeLessThan(0.01 * (1 + Math.abs(difference)))
    }
  }
  const again = objective.evaluate()
  expect([again.loss, again.penalty, ...again.tables.values()]).toEqual([
    found.loss,
    found.penalty,
    ...found.tables.values(),
  ])
})

test('the objectives of two parts sum to the objective of all examples', () => {
  const graph = graphFor(rated, { type: 'sgd' })
  const objective = objectiveOf(problemOf(graph, graph.phases[0]!), lower(graph, data, { kernels, seed: 3 }))
  const all = objective.evaluate()
  const parts = [
    Int32Array.of(4, 1, 0),
    Int32Array.from({ length: objective.examples }, (_, k) => k).filter((k) => ![4, 1, 0].includes(k)),
  ]
  const [one, two] = parts.map((chosen) => objective.evaluate(chosen)) as [ObjectiveValue, ObjectiveValue]
  expect(one.loss + two.loss).toBeCloseTo(all.loss, 3)
  expect(one.penalty + two.penalty).toBeCloseTo(all.penalty, 5)
  const sums = one.tables.get('g')!.map((value, k) => value + two.tables.get('g')![k]!)
  for (const [k, value] of sums.entries()) expect(value).toBeCloseTo(all.tables.get('g')![k]!, 3)
})

test('a line search on the objective reaches a lower loss than sgd, reported on the same scale', async () => {
  const rows = { ...data, test: data.events }
  const still = graphFor(rated, { type: 'sgd', learningRate: 1e-9, epochs: 1, batchSize: 1000 })
  const program = lower(still, data, { kernels, seed: 0 })
  const [report] = await fit(program)
  const fresh = lower(still, data, { kernels, seed: 0 })
  const objective = objectiveOf(problemOf(still, still.phases[0]!), fresh)
  expect(total(objective.evaluate()) / objective.examples).toBeCloseTo(report!.loss, 5)

  const losses: number[] = []
  const graph = graphFor(rated, { type: 'line/search', epochs: 30 })
  await train(graph, rows, { kernels, onReport: ({ loss }) => losses.push(loss) })
  expect(losses.length).toBe(30)
  for (const [k, loss] of losses.slice(1).entries()) expect(loss).toBeLessThanOrEqual(losses[k]!)
  expect(losses.at(-1)!).toBeLessThan(0.25 * report!.loss)
})
