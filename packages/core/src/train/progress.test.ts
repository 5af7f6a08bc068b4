import { compile } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ids, type Opened, opened, world } from '../../test/world.js'
import type { StepReport } from '../model/model.js'
import { train } from '../run/train.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

// few events of many users and items: enough rows for strata
const data = world({ users: 300, items: 300, has: (user, item) => (7 * user + item) % 90 === 0 })
const graphOf = (ops: object, solver: object, loss?: object) =>
  compile(
    {
      name: 'test.json',
      text: JSON.stringify({
        recspec: 1,
        name: 'test',
        inputs: ids,
        embeddings: { p: { input: 'user', dim: 32, l2: 0.1 }, q: { input: 'item', dim: 32 } },
        ops,
        heads: { main: { inputs: ['score'], ...(loss ? { loss } : { target: 'rating', loss: { type: 'mse' } }) } },
        solver: { epochs: 3, ...solver },
      }),
    },
    [],
  )
const factors = { score: { type: 'dot', inputs: ['p', 'q'] } }
const deep = {
  hidden: { type: 'dense', inputs: ['p', 'q'], units: 4, activation: 'relu' },
  score: { type: 'dense', inputs: ['hidden'], units: 1 },
}

// every look at the clock is a second later, so that a solver yields after each of its pieces of work
const slowClock = () => {
  let now = 0
  return vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000))
}

test.each([
  ['tfjs', deep, { type: 'adam', batchSize: 16 }, (rows: number) => Math.ceil(rows / 16)],
  ['one call of the fused executor', factors, { type: 'adam', batchSize: 16 }, () => 1],
  ['strata', factors, { type: 'sgd', batchSize: 1 }, () => 8],
])('an epoch tells where it is, and trains to the same bytes: %s', async (_, ops, solver, told) => {
  const quiet = await train(graphOf(ops, solver), data, { kernels, seed: 2 })
  const steps: StepReport[] = []
  const losses: number[] = []
  const clock = slowClock()
  const trained = await train(graphOf(ops, solver), data, {
    kernels,
    seed: 2,
    onStep: (step) => steps.push(step),
    onReport: ({ loss }) => losses.push(loss),
  }).finally(() => clock.mockRestore())
  expect(await trained.model.save()).toEqual(await quiet.model.save())

  const begins = steps.filter(({ examples }) => examples === 0)
  expect(begins.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
  expect(begins.every(({ loss }) => loss === undefined)).toBe(true)
  expect(steps.every(({ epochs, phases, total }) => epochs === 3 && phases === 1 && total === trained.rows)).toBe(true)
  for (const [place, step] of steps.slice(1).entries()) {
    expect(step.step).toBeGreaterThan(steps[place]!.step - 1)
    expect(step.seconds).toBeGreaterThan(steps[place]!.seconds)
  }
  expect(steps.filter(({ epoch }) => epoch === 2)).toHaveLength(1 + told(trained.rows))
  // at its end an epoch has seen every example: only the penalty moved
  for (const [at, loss] of losses.entries()) {
    const last = steps.findLast(({ epoch }) => epoch === at + 1)!
    expect(Math.abs(last.loss! - loss)).toBeLessThan(0.1 * loss)
    expect(last.examples).toBe(trained.rows)
  }
})

test('fused mini-batches tell of every call of the kernel', async () => {
  const graph = graphOf(factors, { type: 'adam', epochs: 1, batchSize: 256 }, { type: 'bpr', negatives: 10_000 })
  const steps: StepReport[] = []
  const clock = slowClock()
  await train(graph, world({ users: 100, items: 20 }), { kernels, onStep: (step) => steps.push(step) }).finally(() =>
    clock.mockRestore(),
  )
  const within = steps.filter(({ examples, total }) => examples > 0 && examples < total)
  expect(within.length).toBeGreaterThan(0)
})
