import { type Chosen, type Dataset, type Graph, holdOut, idsOf, type Split, splits } from '@recspec/core'
import { expect, test } from 'vitest'
import { foldGraph, foldsOf } from './folds.js'

const users = 10
const count = 100
const entities = (name: string, many: number) => ({
  ids: idsOf(Array.from({ length: many }, (_, index) => `${name}${index}`)),
  columns: new Map(),
})
const data: Dataset = {
  users: entities('u', users),
  items: entities('i', 10),
  events: {
    count,
    user: Int32Array.from({ length: count }, (_, row) => row % users),
    item: Int32Array.from({ length: count }, (_, row) => Math.floor(row / users)),
    columns: new Map(),
  },
  notes: [],
}
const chosen = (type: string, params: Readonly<Record<string, unknown>> = {}): Chosen<Split> => ({
  type,
  definition: splits[type]!,
  params,
})
const graph = (split: Chosen<Split>, validation?: Chosen<Split>, candidates = 'all') =>
  ({
    evaluation: { split, ...(validation ? { validation } : {}), candidates: { type: candidates }, metrics: [] },
    plugins: [],
  }) as unknown as Graph

/** The cells that a split of a fold holds out of the training rows. */
const heldOut = ({ splits, training }: ReturnType<typeof foldsOf>, fold: number) => {
  const { definition, params } = splits[fold]!
  return [...definition.holdOut(params, training, 99)].map(
    (row) => training.events.user[row]! * users + training.events.item[row]!,
  )
}

const ratio = chosen('ratio', { share: 0.2 })

test('validation rows are held out of training rows, which have no test rows', () => {
  const found = foldsOf(graph(ratio), data, 0)
  const { test } = holdOut(data, graph(ratio).evaluation, 0)
  const tested = new Set(Array.from(test!.user, (user, row) => user * users + test!.item[row]!))
  expect([found.test, found.training.events.count, found.rows]).toEqual([20, 80, [16]])
  expect(heldOut(found, 0).length).toBe(16)
  expect(heldOut(found, 0).some((cell) => tested.has(cell))).toBe(false)
  // another seed, other rows
  expect(heldOut(foldsOf(graph(ratio), data, 1), 0)).not.toEqual(heldOut(found, 0))
})

test('the folds of a k-fold split hold every training row out once, whichever fold tests', () => {
  for (const split of [chosen('k-fold', { folds: 4, fold: 2 }), ratio]) {
    const validation = split === ratio ? chosen('k-fold', { folds: 4, fold: 0 }) : undefined
    const found = foldsOf(graph(split, validation), data, 0)
    expect(found.splits.length).toBe(4)
    const cells = [0, 1, 2, 3].flatMap((fold) => heldOut(found, fold))
    expect(new Set(cells).size).toBe(cells.length)
    expect(cells.length).toBe(found.training.events.count)
  }
})

test('data with test rows of its own is divided by a k-fold split of the document, all of its training rows', () => {
  const found = foldsOf(graph(chosen('k-fold', { folds: 5, fold: 0 })), { ...data, test: data.events }, 0)
  expect([found.test, found.training.events.count, found.rows]).toEqual([100, 100, [20, 20, 20, 20, 20]])
})

test('users that the data lists for validation are the only ones', () => {
  const found = foldsOf(graph(ratio), { ...data, validationUsers: Int32Array.of(3, 4) }, 0)
  expect(heldOut(found, 0).every((cell) => [3, 4].includes(Math.floor(cell / users)))).toBe(true)
  expect(found.rows[0]).toBeGreaterThan(0)
  expect(found.training.validationUsers).toBeUndefined()
})

test('rows that are folded in are neither trained on nor held out', () => {
  const split = chosen('held-out-users', { users: 2, foldIn: 0.5, least: 2 })
  const { splits, training } = foldsOf(graph(split), data, 0)
  const { definition, params } = splits[0]!
  const folded = definition.foldsIn!(params, training, 0)
  const held = definition.holdOut(params, training, 0)
  const of = (rows: Int32Array) => new Set(Array.from(rows, (row) => training.events.user[row]))
  expect(of(folded)).toEqual(of(held))
  expect([...folded].some((row) => held.includes(row))).toBe(false)
})

test('a graph of a fold has the metric and the split of the fold; early stopping divides by the split itself', () => {
  const folds = foldsOf(graph(ratio), data, 0)
  const metric = { text: 'rmse' } as Graph['evaluation']['metrics'][0]
  const { evaluation } = foldGraph(graph(ratio), folds, 0, metric)
  expect([evaluation.metrics, evaluation.split]).toEqual([[metric], folds.splits[0]])
  expect(evaluation.split.definition.inside!(undefined)).toEqual(ratio)
})

test('stored candidates and splits that hold nothing out are refused with the reason', () => {
  expect(() => foldsOf(graph(ratio, undefined, 'stored'), data, 0)).toThrow('belong to its test rows')
  expect(() => foldsOf(graph(ratio, chosen('given')), data, 0)).toThrow('no validation rows: "given"')
  expect(() => foldsOf(graph(chosen('k-fold', { folds: 3, fold: 3 })), data, 0)).toThrow('fold')
})
