import { type Kernels, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphOf, world } from '../../test/world.js'
import { train } from './train.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await openKernels({ implementation: 'typescript' })
})
afterAll(() => kernels.close())

const document = (solver: object, activation = 'linear') => ({
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim: 4 }, q: { input: 'item', dim: 4 } },
  ops: {
    deep: { type: 'dense', inputs: ['p', 'q'], units: 4, activation },
    score: { type: 'dense', inputs: ['deep'], units: 1 },
  },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { epochs: 3, batchSize: 8, ...solver },
})

test.each([
  ['Adam with a huge rate', { type: 'adam', learningRate: 1e9 }, /loss is|left/],
  ['SGD with a large rate', { type: 'sgd', learningRate: 3e5 }, /loss is|left/],
])('%s ends in a Failure, not in a model', async (_, solver, message) => {
  const failed = train(graphOf(document(solver)), world({ users: 6, items: 7 }), { kernels })
  await expect(failed).rejects.toMatchObject({ name: 'Failure', kind: 'training' })
  await expect(failed).rejects.toThrow(message)
})

test('weights that are finite and whose scores are not end in a Failure', async () => {
  const graph = graphOf(document({ type: 'adam', learningRate: 1e-3 }))
  const phase = graph.phases[0]!
  const solver = {
    ...phase.solver,
    async *fit(...[, , program]: Parameters<typeof phase.solver.fit>) {
      for (const values of program.weights.values()) values.fill(1e20)
      for (const { values } of program.tables.values()) values.fill(1e20)
      yield { epoch: 1, epochs: 1, step: 1, loss: 1, examples: 1, state: () => ({ numbers: {}, arrays: {} }) }
    },
  }
  const failed = train({ ...graph, phases: [{ ...phase, solver }] }, world({ users: 6, items: 7 }), { kernels })
  await expect(failed).rejects.toThrow('left head "stars" with the score')
})
