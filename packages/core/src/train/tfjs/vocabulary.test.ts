import { afterAll, beforeAll, expect, test } from 'vitest'
import { fit, ids, type Opened, opened, programOf, world } from '../../../test/world.js'
import type { Dataset } from '../../dataset/dataset.js'
import { idsOf } from '../../dataset/ids.js'
import { lower } from '../../program/lower.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 12, items: 10 })

/** The same events among many more users and items. */
const among = (more: number): Dataset => {
  const grown = (letter: string, count: number) => ({
    ids: idsOf(Array.from({ length: count + more }, (_, index) => `${letter}${index}`)),
    columns: new Map(),
  })
  return { ...data, users: grown('u', 12), items: grown('i', 10) }
}

const losses = [
  { type: 'bce', negatives: { count: 2, sampler: 'popularity' } },
  { type: 'softmax', negatives: { sampler: 'in-batch' } },
]
for (const loss of losses)
  test(`a step of ${loss.type} does the same work and gives the same rows with 2,000 more ids`, async () => {
    const document = {
      inputs: { ...ids, met: { type: 'history', entity: 'user' } },
      embeddings: {
        p: { input: 'user', dim: 2, l2: 0.01 },
        q: { input: 'item', dim: 2, l2: 0.01 },
        h: { input: 'met', table: 'q', combine: 'mean' },
      },
      ops: {
        hidden: { type: 'dense', inputs: ['p', 'h'], units: 2, activation: 'tanh' },
        score: { type: 'dot', inputs: ['hidden', 'q'] },
      },
      heads: { liked: { inputs: ['score'], loss } },
      solver: { type: 'adam', epochs: 2, batchSize: 8 },
    }
    const run = async (more: number) => {
      let numbers = 0
      const counting: Opened = {
        ...kernels,
        gather: (table, width, rows, out) => {
          numbers += out.length
          kernels.gather(table, width, rows, out)
        },
        bag: (table, width, start, rows, weights, out) => {
          numbers += rows.length + out.length
          kernels.bag(table, width, start, rows, weights, out)
        },
        update: (rule, target, rows, gradients, rate, step) => {
          numbers += gradients.length
          kernels.update(rule, target, rows, gradients, rate, step)
        },
      }
      const { graph } = programOf(document, data, kernels)
      const program = lower(graph, among(more), { kernels: counting, seed: 0 })
      await fit(program)
      return {
        numbers,
        p: program.tables.get('p')!.values.slice(0, 2 * 13),
        q: program.tables.get('q')!.values.slice(0, 2 * 11),
      }
    }
    expect(await run(2000)).toEqual(await run(0))
  })
