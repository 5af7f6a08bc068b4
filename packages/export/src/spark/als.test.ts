import type { FactorSide, LeastSquares } from '@recspec/core'
import { expect, test } from 'vitest'
import { type SparkAls, sparkAls } from './als.js'

const USERS = 7
const ITEMS = 5
const DIM = 3

/** Numbers between −1 and 1 that repeat. */
const numbers = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, at) => Math.sin(1 + 12.9898 * (at + 1) + 78.233 * seed))

// every row has a cell
const observed = Array.from({ length: USERS * ITEMS }, (_, cell) => cell).filter((cell) => cell % 3 !== 1)
const user = Int32Array.from(observed, (cell) => 1 + Math.floor(cell / ITEMS))
const item = Int32Array.from(observed, (cell) => 1 + (cell % ITEMS))
const countsOf = (rows: Int32Array, height: number) =>
  Float64Array.from({ length: height }, (_, row) => rows.filter((one) => one === row).length)

interface Case {
  readonly weight?: (cell: number) => number
  readonly target: (cell: number) => number
  readonly unobserved?: number
  readonly penalty: (count: number, side: 'user' | 'item') => number
}

const problemOf = ({ weight = () => 1, target, unobserved = 0, penalty }: Case): LeastSquares => {
  const side = (name: 'user' | 'item', rows: Int32Array, height: number): FactorSide => ({
    table: name === 'user' ? 'p' : 'q',
    values: numbers(height * DIM, height),
    penalty: countsOf(rows, height).map((count) => penalty(count, name)),
  })
  return {
    ...{ dim: DIM, iterations: 4, unobserved },
    user: side('user', user, USERS + 1),
    item: side('item', item, ITEMS + 1),
    cells: {
      ...{ user, item },
      weight: Float32Array.from(observed, (_, cell) => weight(cell)),
      target: Float32Array.from(observed, (_, cell) => target(cell)),
    },
    objective: async () => 0,
  }
}

const dot = (x: ArrayLike<number>, row: number, y: ArrayLike<number>, other: number) => {
  let sum = 0
  for (let lane = 0; lane < DIM; lane++) sum += x[row * DIM + lane]! * y[other * DIM + lane]!
  return sum
}

const allCells = (visit: (user: number, item: number, cell: number) => void) => {
  for (let u = 1; u <= USERS; u++)
    for (let i = 1; i <= ITEMS; i++) visit(u, i, observed.indexOf((u - 1) * ITEMS + i - 1))
}

/** The document's objective at some tables. */
const documentObjective = ({ cells, unobserved, user, item }: LeastSquares, p: Float32Array, q: Float32Array) => {
  let total = 0
  allCells((u, i, cell) => {
    const score = dot(p, u, q, i)
    if (cell < 0) total += unobserved * score ** 2
    else total += cells.weight[cell]! * (score - cells.target[cell]!) ** 2
  })
  for (const [{ penalty }, rows] of [
    [user, p],
    [item, q],
  ] as const)
    for (let row = 1; row < penalty.length; row++) total += penalty[row]! * dot(rows, row, rows, row)
  return total
}

/** Spark's objective at the factors that become these tables. */
const sparkObjective = (als: SparkAls, p: Float32Array, q: Float32Array) => {
  const x = p.map((value) => value / als.scale.user)
  const y = q.map((value) => value / als.scale.item)
  let total = 0
  const counts = { user: new Map<number, number>(), item: new Map<number, number>() }
  const count = (side: 'user' | 'item', row: number) => counts[side].set(row, (counts[side].get(row) ?? 0) + 1)
  allCells((u, i, cell) => {
    const score = dot(x, u, y, i)
    const rating = cell < 0 ? 0 : als.cells.rating[cell]!
    if (als.implicit) total += (1 + Math.abs(rating)) * (score - (rating > 0 ? 1 : 0)) ** 2
    else if (cell >= 0) total += (score - rating) ** 2
    if (als.implicit ? rating <= 0 : cell < 0) return
    count('user', u)
    count('item', i)
  })
  for (const [side, factors] of [
    ['user', x],
    ['item', y],
  ] as const)
    for (const [row, cells] of counts[side])
      total += als.regParam * (cells + (als.padding?.[side][row] ?? 0)) * dot(factors, row, factors, row)
  return total
}

const converted = (one: Case): { problem: LeastSquares; als: SparkAls } => {
  const problem = problemOf(one)
  const als = sparkAls(problem)
  if ('reason' in als) throw new Error(als.reason)
  return { problem, als }
}

const cases: Readonly<Record<string, Case>> = {
  'ratings, a penalty by the cells of a row': { target: (cell) => 1 + (cell % 5), penalty: (count) => 0.3 * count },
  'ratings, other penalties of users and items': {
    target: (cell) => 1 + (cell % 5),
    penalty: (count, side) => (side === 'user' ? 0.3 : 0.02) * count,
  },
  'ratings that weigh 2': { weight: () => 2, target: (cell) => cell % 5, penalty: (count) => 0.3 * count },
  'ratings, a penalty that is the same for every row': { target: (cell) => cell % 5, penalty: () => 4 },
  'ratings without a penalty': { target: (cell) => cell % 5, penalty: () => 0 },
  'confidences of counts': {
    weight: (cell) => 1 + 0.1 * (1 + (cell % 4)),
    ...{ target: () => 1, unobserved: 1, penalty: (count) => 0.3 * count },
  },
  'a weight of unobserved cells': {
    weight: () => 1.2,
    ...{ target: () => 1 / 1.2, unobserved: 0.2, penalty: (count, side) => (side === 'user' ? 0.3 : 0.1) * count },
  },
}

test.each(Object.entries(cases))('%s: the objectives differ by a factor and a constant', (_, one) => {
  const { problem, als } = converted(one)
  const points = [1, 2, 3, 4].map(
    (seed) => [numbers((USERS + 1) * DIM, seed), numbers((ITEMS + 1) * DIM, -seed)] as const,
  )
  const ours = points.map(([p, q]) => documentObjective(problem, p, q))
  const theirs = points.map(([p, q]) => sparkObjective(als, p, q))
  const factor = (ours[1]! - ours[0]!) / (theirs[1]! - theirs[0]!)
  for (const [place, value] of ours.entries())
    expect((value - ours[0]!) / ((theirs[place]! - theirs[0]!) * factor || 1)).toBeCloseTo(place === 0 ? 0 : 1, 4)
})

test('Spark has no rating of 0 among implicit cells, and a target of 0 becomes a negative one', () => {
  const { als } = converted({
    weight: (cell) => 1 + (cell % 2),
    ...{ target: (cell) => (cell % 4 === 1 ? 0 : cell % 2), unobserved: 1, penalty: () => 0 },
  })
  const rating = als.cells.rating
  expect([...rating].some((value) => value < 0)).toBe(true)
})

const refused: Readonly<Record<string, readonly [Case, string, string]>> = {
  'weights that differ': [
    { weight: (cell) => 1 + (cell % 2), target: () => 3, penalty: (count) => count },
    'Spark weighs all observed cells alike',
    'mse',
  ],
  'a penalty of all cells': [
    { weight: () => 2, target: () => 1, unobserved: 1, penalty: () => 9 },
    "Spark's penalty of a row is λ times its positive cells",
    '"counted": "observed" in the loss, "nu": 1, "l2": 2.74 for "p" and "l2": 1.96 for "q"',
  ],
  'observed cells that weigh less than others': [
    { weight: () => 0.5, target: () => 1, unobserved: 1, penalty: (count) => count },
    'one here has 0.5 against 1',
    'alpha',
  ],
  'two targets': [
    { weight: () => 2, target: (cell) => 1 + (cell % 2), unobserved: 1, penalty: (count) => count },
    'the loss has 1 and 2',
    'imf/weighted-squares',
  ],
  'a penalty that no whole number of cells gives': [
    { target: () => 3, penalty: (count) => count ** 0.37 },
    "Spark's penalty of a row is λ times its observed cells",
    'the nearest document has "nu": 1',
  ],
}

test.each(Object.entries(refused))('%s: refused with the reason and what can be said', (_, [one, reason, hint]) => {
  const found = sparkAls(problemOf(one))
  expect('reason' in found ? found : undefined).toMatchObject({
    reason: expect.stringContaining(reason),
    hint: expect.stringContaining(hint),
  })
})
