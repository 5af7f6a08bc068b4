import { sgd } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, graphOf, ids, type Opened, opened, programOf, world } from '../../../test/world.js'
import { problemOf } from '../../graph/problem.js'
import { leavesOf } from '../../program/leaves.js'
import { train } from '../../run/train.js'
import { fusedPlan } from '../../train/fused/plan.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const documentOf = (dropout: number, solver: Record<string, unknown> = { type: 'adam', epochs: 2 }): Document => ({
  inputs: { ...ids, user: { ...ids.user, dropout } },
  embeddings: { p: { input: 'user', dim: 3 }, bu: { input: 'user', dim: 1 }, q: { input: 'item', dim: 3 } },
  ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'sum', inputs: ['match', 'bu'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver,
  evaluation: { metrics: ['rmse'] },
})
// the last user has no events
const data = world({ users: 400, items: 6, has: (user, item) => user < 399 && (user + item) % 2 === 0 })

test('dropout reads a share of ids as unknown, the same ones in every table of a step, and none when serving', () => {
  const program = programOf(documentOf(0.25), data, kernels)
  const users = Int32Array.from({ length: 399 }, (_, user) => user)
  const none = new Int32Array(0)
  const batch = { users: { entities: users }, items: { entities: none }, user: none, item: none, pairs: 0 }
  const rowsOf = (name: string, key?: number) => {
    const node = program.graph.nodes.get(name)!
    if (node.kind !== 'embedding') throw new Error('no embedding')
    return [
      ...leavesOf(program, batch, new Map(), key === undefined ? undefined : { key }).embedding(node, 'own').lookup
        .rows,
    ]
  }
  const own = [...users].map((user) => user + 1)
  expect(rowsOf('p')).toEqual(own)
  const dropped = rowsOf('p', 1)
  expect(rowsOf('bu', 1)).toEqual(dropped)
  expect(rowsOf('p', 1)).toEqual(dropped)
  expect(rowsOf('p', 2)).not.toEqual(dropped)
  for (const [place, row] of dropped.entries()) expect([0, own[place]]).toContain(row)
  const share = dropped.filter((row) => row === 0).length / own.length
  expect(share).toBeGreaterThan(0.25 - 0.07)
  expect(share).toBeLessThan(0.25 + 0.07)
})

test('a share of the reads of all ids are those of row 0', () => {
  const [with0, without] = [0.25, 0].map((dropout) => {
    const program = programOf(documentOf(dropout), data, kernels)
    return program.counts('p', [...program.graph.heads.values()])
  })
  expect(without![0]).toBe(0)
  expect(with0![0]).toBeCloseTo(0.25 * data.events.count, 6)
  for (let row = 1; row < with0!.length; row++) expect(with0![row]).toBeCloseTo(0.75 * without![row]!, 6)
})

test('row 0 is trained, and an id without events reads it; without dropout it reads its own row of zeros', async () => {
  const { model } = await train(graphOf(documentOf(0.25)), data, { kernels })
  const items = Int32Array.of(0, 1, 2)
  const of = (user: number) => [...model.predict(new Int32Array(3).fill(user), items)]
  expect(of(399)).toEqual(of(-1))
  expect(of(-1).every((score) => score !== 0)).toBe(true)
  const { model: plain } = await train(graphOf(documentOf(0)), data, { kernels })
  expect([...plain.predict(Int32Array.of(399, -1), Int32Array.of(0, 0))]).toEqual([0, 0])
})

test('training with dropout repeats to the same bytes', async () => {
  const bytes = async () => (await train(graphOf(documentOf(0.25)), data, { kernels })).model.save()
  expect(await bytes()).toEqual(await bytes())
})

test('a graph with dropout of ids does not train with the fused kernel, and closed forms refuse it', () => {
  const plans = [0, 0.25].map((dropout) => {
    const graph = graphOf(documentOf(dropout, { type: 'sgd' }))
    return fusedPlan({ tables: sgd(), weights: sgd() }, {}, problemOf(graph, graph.phases[0]!))
  })
  expect(plans[0]).not.toHaveProperty('reason')
  const reason = 'leaves out ids at random in training, dropout 0.25 of input "user"'
  expect(plans[1]).toEqual({ reason: `"p" ${reason}` })
  const graph = graphOf(documentOf(0.25))
  const problem = problemOf(graph, graph.phases[0]!)
  const [head] = problem.heads
  expect(problem.factors(head!).obstacle).toEqual({ node: 'p', reason })
  expect(problem.factors(head!, { descent: true }).obstacle).toBeUndefined()
})
