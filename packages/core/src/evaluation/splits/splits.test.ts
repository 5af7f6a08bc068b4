import { below, key } from '@recspec/kernels'
import { expect, test } from 'vitest'
import type { Chosen, Split } from '../../contract/split.js'
import type { Dataset, Events } from '../../dataset/dataset.js'
import { idsOf } from '../../dataset/ids.js'
import { all } from '../candidates/all.js'
import { holdOut, holdOutValidation } from '../holdout.js'
import type { EvaluationSpec } from '../spec.js'
import { splits } from './index.js'

const users = 30
const items = 20
const count = 500
const entities = (n: number) => ({ ids: idsOf(Array.from({ length: n }, (_, id) => `${id}`)), columns: new Map() })
const eventsOf = (rows: readonly (readonly [user: number, item: number, time: number])[]): Events => ({
  count: rows.length,
  user: Int32Array.from(rows, ([user]) => user),
  item: Int32Array.from(rows, ([, item]) => item),
  time: Float64Array.from(rows, ([, , time]) => time),
  columns: new Map(),
})
const rows = Array.from(
  { length: count },
  (_, row) => [below(users, key(1), row), below(items, key(2), row), below(50, key(3), row)] as const,
)
const dataset: Dataset = { users: entities(users), items: entities(items), events: eventsOf(rows), notes: [] }
/** A `type` tag and its parameters, as documents write them. */
interface Written {
  readonly type: string
  readonly [parameter: string]: unknown
}
const chosenOf = ({ type, ...params }: Written): Chosen<Split> => ({ type, definition: splits[type]!, params })
const written = ({ type, params }: Chosen<Split>): Written => ({ type, ...params })
const spec = (split: Written, validation?: Written): EvaluationSpec => ({
  split: chosenOf(split),
  ...(validation && { validation: chosenOf(validation) }),
  candidates: { type: 'all', definition: all, params: {} },
  metrics: [],
})
const held = ({ type, ...params }: Written, seed = 0) => splits[type]!.holdOut(params, dataset, seed)

/** Properties of the rows that each split holds out of the data with share 0.2, where it has one. */
const batteries: Readonly<Record<string, (chosen: readonly number[]) => void>> = {
  given: (chosen) => expect(chosen).toEqual([]),
  ratio: (chosen) => expect(chosen).toHaveLength(0.2 * count),
  'per-user': (chosen) => {
    for (let user = 0; user < users; user++) {
      const own = rows.filter(([one]) => one === user).length
      expect(chosen.filter((row) => rows[row]![0] === user)).toHaveLength(Math.min(own - 1, Math.round(0.2 * own)))
    }
  },
  'leave-one-out': (chosen) => {
    const last = Array.from({ length: users }, (_, user) =>
      [...rows.keys()].filter((row) => rows[row]![0] === user).reduce((a, b) => (rows[b]![2] >= rows[a]![2] ? b : a)),
    )
    expect(chosen).toEqual(last.sort((a, b) => a - b))
  },
  'k-fold': (chosen) => expect(chosen).toHaveLength(count / 5),
  temporal: (chosen) => {
    const byAge = [...rows.keys()].sort((a, b) => rows[a]![2] - rows[b]![2] || a - b)
    expect(chosen).toEqual(byAge.slice(-0.2 * count).sort((a, b) => a - b))
  },
  'cold-users': (chosen) => {
    const cold = new Set(chosen.map((row) => rows[row]![0]))
    expect(cold.size).toBe(0.2 * users)
    expect(chosen).toEqual([...rows.keys()].filter((row) => cold.has(rows[row]![0])))
  },
  'held-out-users': (chosen) => {
    const tested = new Set(chosen.map((row) => rows[row]![0]))
    expect(tested.size).toBe(0.1 * users)
    for (const user of tested) {
      const own = rows.filter(([one]) => one === user).length
      expect(chosen.filter((row) => rows[row]![0] === user)).toHaveLength(own - Math.round(0.8 * own))
    }
  },
  'cold-items': (chosen) => {
    const cold = new Set(chosen.map((row) => rows[row]![1]))
    expect(cold.size).toBe(0.2 * items)
    expect(chosen).toEqual([...rows.keys()].filter((row) => cold.has(rows[row]![1])))
  },
}

test('every split has a battery', () => {
  expect(Object.keys(batteries).sort()).toEqual(Object.keys(splits).sort())
})

test.each(Object.keys(batteries))('%s holds out the rows of its definition', (type) => {
  batteries[type]!([...held({ type, share: 0.2 })])
})

test.each(Object.keys(splits))('%s holds out distinct events, ascending, the same for the same seed', (type) => {
  const chosen = held({ type, share: 0.2 }, 5)
  expect([...chosen]).toEqual([...new Set(chosen)].sort((a, b) => a - b))
  expect(chosen).toEqual(held({ type, share: 0.2 }, 5))
})

test('ratio holds out its share, another one for another seed', () => {
  expect(held({ type: 'ratio', share: 0.1 }).length).toBe(50)
  expect(held({ type: 'ratio', share: 0.1 }, 1)).not.toEqual(held({ type: 'ratio', share: 0.1 }, 2))
})

test("per-user holds out the rounded share of each user's events and leaves one", () => {
  const chosen = held({ type: 'per-user', share: 0.2 })
  for (let user = 0; user < users; user++) {
    const own = rows.filter(([one]) => one === user).length
    const taken = [...chosen].filter((row) => rows[row]![0] === user).length
    expect(taken).toBe(Math.max(0, Math.min(own - 1, Math.round(0.2 * own))))
  }
  expect(splits['per-user']!.holdOut({ share: 0.9 }, { ...dataset, events: eventsOf([[0, 0, 0]]) }, 0).length).toBe(0)
})

test('leave-one-out takes the last by (time, row), and nothing from users with one event', () => {
  const events = eventsOf([
    [0, 1, 9],
    [0, 2, 9],
    [0, 3, 1],
    [1, 4, 5],
    [2, 5, 3],
    [2, 6, 2],
  ])
  expect([...splits['leave-one-out']!.holdOut({}, { ...dataset, events }, 0)]).toEqual([1, 4])
  const { time, ...timeless } = events
  const without = { ...dataset, events: timeless }
  expect(() => splits['leave-one-out']!.holdOut({}, without, 0)).toThrow('needs a time column, or "which": "random"')
})

test('leave-one-out at random takes one event of each user with several, another for another seed', () => {
  const { time, ...timeless } = dataset.events
  const random = (seed: number) => [
    ...splits['leave-one-out']!.holdOut({ which: 'random' }, { ...dataset, events: timeless }, seed),
  ]
  expect(
    random(3)
      .map((row) => rows[row]![0])
      .sort((a, b) => a - b),
  ).toEqual([...Array(users).keys()])
  expect(random(3)).not.toEqual(random(4))
})

test('the folds of k-fold divide the events into parts of equal size', () => {
  const parts = [0, 1, 2].map((fold) => [...held({ type: 'k-fold', folds: 3, fold }, 7)])
  expect(parts.flat().sort((a, b) => a - b)).toEqual([...rows.keys()])
  for (const part of parts) expect(Math.abs(part.length - count / 3)).toBeLessThan(1)
  expect(() => held({ type: 'k-fold', folds: 3, fold: 3 })).toThrow('has the folds 0 to 2, got 3')
})

test('temporal holds out the newest rows by (time, row)', () => {
  const byAge = [...rows.keys()].sort((a, b) => rows[a]![2] - rows[b]![2] || a - b)
  const newest = byAge.slice(-60).sort((a, b) => a - b)
  expect([...held({ type: 'temporal', share: 0.12 })]).toEqual(newest)
  const { time, ...timeless } = dataset.events
  const without = { ...dataset, events: timeless }
  expect(() => splits['temporal']!.holdOut({ share: 0.1 }, without, 0)).toThrow('needs a time column')
})

test("temporal per user holds out the newest of each user's events, by (time, row), and leaves one", () => {
  const chosen = [...held({ type: 'temporal', share: 0.2, per: 'user' })]
  for (let user = 0; user < users; user++) {
    const own = [...rows.keys()].filter((row) => rows[row]![0] === user)
    const byAge = own.sort((a, b) => rows[a]![2] - rows[b]![2] || a - b)
    const count = Math.max(0, Math.min(own.length - 1, Math.round(0.2 * own.length)))
    const taken = chosen.filter((row) => rows[row]![0] === user)
    expect(taken).toEqual(byAge.slice(own.length - count).sort((a, b) => a - b))
  }
})

test.each([
  ['cold-items', 1],
  ['cold-users', 0],
] as const)('%s also holds out a share of the other events where it says so', (type, side) => {
  const cold = new Set([...held({ type, share: 0.2 })].map((row) => rows[row]![side]))
  const others = rows.filter((row) => !cold.has(row[side]))
  const chosen = [...held({ type, share: 0.2, warm: 0.1 })]
  expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b))
  expect(chosen.filter((row) => cold.has(rows[row]![side]))).toEqual([...held({ type, share: 0.2 })])
  expect(chosen.filter((row) => !cold.has(rows[row]![side]))).toHaveLength(Math.round(0.1 * others.length))
})

test('held-out users are not trained on: their other events are folded in', () => {
  const chosen = spec({ type: 'held-out-users', users: 3, foldIn: 0.5 })
  const { training, test, folded } = holdOut(dataset, chosen, 3)
  const tested = new Set(test!.user)
  expect(tested.size).toBe(3)
  expect([...new Set(folded!.user)].sort()).toEqual([...tested].sort())
  expect([...training.events.user].some((user) => tested.has(user))).toBe(false)
  expect(training.events.count + test!.count + folded!.count).toBe(rows.length)
})

test('more users than there are cannot be held out', () => {
  expect(() => holdOut(dataset, spec({ type: 'held-out-users', users }), 3)).toThrow(/holds out \d+ users, but/)
})

test('cold items lose all of their events', () => {
  const chosen = held({ type: 'cold-items', share: 0.2 })
  const cold = new Set([...chosen].map((row) => rows[row]![1]))
  expect(cold.size).toBe(4)
  expect(chosen.length).toBe(rows.filter(([, item]) => cold.has(item)).length)
})

test('training and test rows together are all rows', () => {
  const { training, test, split } = holdOut(dataset, spec({ type: 'ratio', share: 0.1 }), 3)
  expect(written(split)).toEqual({ type: 'ratio', share: 0.1 })
  expect([training.events.count, test!.count]).toEqual([450, 50])
  const cells = (events: Events) => [...events.user.keys()].map((row) => events.user[row]! * items + events.item[row]!)
  expect([...cells(training.events), ...cells(test!)].sort()).toEqual(cells(dataset.events).sort())
})

test('test rows of the data take precedence, and are not training rows', () => {
  const own = eventsOf([[0, 1, 2]])
  const { training, test, split } = holdOut({ ...dataset, test: own }, spec({ type: 'ratio', share: 0.5 }), 0)
  expect(written(split)).toEqual({ type: 'given' })
  expect(test).toBe(own)
  expect('test' in training).toBe(false)
  expect(training.events).toBe(dataset.events)
})

test('given without test rows holds nothing out', () => {
  expect(holdOut(dataset, spec({ type: 'given' }), 0).test).toBeUndefined()
})

test('validation rows are by the document, else by the same split, else by the shape of the test rows', () => {
  const validationOf = (data: Dataset, of: EvaluationSpec) => holdOutValidation(holdOut(data, of, 0), of, 0)
  const half = { type: 'ratio', share: 0.5 }
  expect(written(validationOf(dataset, spec({ type: 'leave-one-out' }, half)).split)).toEqual(half)
  expect(validationOf(dataset, spec(half)).test!.count).toBe(125)
  const one = eventsOf([
    [0, 1, 2],
    [3, 1, 2],
    [-1, 1, 2],
    [-1, 2, 2],
  ])
  expect(written(validationOf({ ...dataset, test: one }, spec(half)).split)).toEqual({ type: 'leave-one-out' })
  const two = eventsOf([
    [0, 1, 2],
    [0, 2, 2],
  ])
  expect(written(validationOf({ ...dataset, test: two }, spec(half)).split)).toEqual({ type: 'ratio', share: 0.05 })
  expect(written(validationOf(dataset, spec({ type: 'given' })).split)).toEqual({ type: 'ratio', share: 0.05 })
})

test.each([
  ['descending', [3, 1]],
  ['repeated', [1, 1]],
  ['outside', [0, count]],
  ['negative', [-1]],
])('rows of a split that are %s are refused', (_, found) => {
  const definition = { ...splits['ratio']!, holdOut: () => Int32Array.from(found) }
  const split = { ...spec({ type: 'ratio', share: 0.1 }), split: { type: 'x/odd', definition, params: {} } }
  expect(() => holdOut(dataset, split, 0)).toThrow(
    expect.objectContaining({
      kind: 'plugin',
      message: expect.stringContaining('/evaluation/split: x/odd (unknown version) returned row'),
    }),
  )
})
