import { builtin } from '@recspec/core'
import { key, normal, uniform } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { weightedSquares } from '../losses/weightedsquares.js'
import { converters, convertSettings, type DocumentSettings } from './settings.js'

type Matrix = readonly (readonly number[])[]

const sizes = { users: 9, items: 6, dim: 2 }
const random = (rows: number, columns: number, from: number): number[][] =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, k) => 0.4 * normal(key(from, row), k)))

/** r of every cell, 0 where it is not observed; every row and column has observed cells. */
const counts: Matrix = Array.from({ length: sizes.users }, (_, user) =>
  Array.from({ length: sizes.items }, (_, item) =>
    (user + item) % 3 === 0 || uniform(key(1, user), item) < 0.2 ? 1 + Math.floor(4 * uniform(key(2, user), item)) : 0,
  ),
)
const binary: Matrix = counts.map((row) => row.map((r) => (r > 0 ? 1 : 0)))

const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, k) => sum + value * y[k]!, 0)
const transposed = (m: Matrix): Matrix => m[0]!.map((_, column) => m.map((row) => row[column]!))

/** Gaussian elimination with partial pivoting. */
const solve = (a: Matrix, b: readonly number[]): number[] => {
  const m = a.map((row, i) => [...row, b[i]!])
  for (let i = 0; i < m.length; i++) {
    const pivot = m.slice(i).reduce((best, row, k) => (Math.abs(row[i]!) > Math.abs(m[best]![i]!) ? i + k : best), i)
    ;[m[i], m[pivot]] = [m[pivot]!, m[i]!]
    for (let j = 0; j < m.length; j++) {
      if (j === i) continue
      const factor = m[j]![i]! / m[i]![i]!
      m[j] = m[j]!.map((value, k) => value - factor * m[i]![k]!)
    }
  }
  return m.map((row, i) => row.at(-1)! / row[i]!)
}

/** A library's own update of the vector of a row, given its cells and the vectors of the other side. */
type Update = (r: readonly number[], others: Matrix, side: 'user' | 'item') => number[]

/** The solution of (Σ_cells c y yᵀ + ridge) x = Σ_cells b y, which every library solves. */
const normalEquations =
  (
    c: (r: number) => number,
    b: (r: number) => number,
    ridge: (r: readonly number[], side: 'user' | 'item') => number,
  ): Update =>
  (r, others, side) => {
    const own = ridge(r, side)
    const a = others[0]!.map((_, i) =>
      others[0]!.map((_, j) => others.reduce((sum, y, k) => sum + c(r[k]!) * y[i]! * y[j]!, i === j ? own : 0)),
    )
    return solve(
      a,
      others[0]!.map((_, i) => others.reduce((sum, y, k) => sum + b(r[k]!) * y[i]!, 0)),
    )
  }

const minimizer = (r: Matrix, update: Update): [Matrix, Matrix] => {
  let p: Matrix = random(sizes.users, sizes.dim, 3)
  let q: Matrix = random(sizes.items, sizes.dim, 4)
  for (let moved = 1; moved > 1e-12; ) {
    const before = p
    p = r.map((row) => update(row, q, 'user'))
    q = transposed(r).map((row) => update(row, p, 'item'))
    moved = Math.max(...p.flatMap((row, user) => row.map((value, k) => Math.abs(value - before[user]![k]!))))
  }
  return [p, q]
}

/** The objective of the document, from the loss's `quadratic` and the penalties. */
const objective = ({ loss, embeddings }: DocumentSettings, r: Matrix, hasTarget: boolean) => {
  const { type, ...params } = loss
  const definition = type === 'mse' ? builtin.losses!['mse']! : weightedSquares
  const { target, weight, unobserved = 0 } = definition.quadratic!({ confidence: 'linear', epsilon: 1, ...params })
  const value = (cell: number) => (hasTarget ? cell : 1)
  const penalty = (rows: Matrix, cells: Matrix) =>
    rows.reduce((sum, row, at) => {
      const others = loss['counted'] === 'observed' ? 0 : unobserved * cells[at]!.length
      const read = cells[at]!.filter((cell) => cell > 0).length + others
      return sum + embeddings.l2 * read ** embeddings.nu * dot(row, row)
    }, 0)
  return (p: Matrix, q: Matrix) =>
    r.reduce(
      (total, row, user) =>
        row.reduce((sum, cell, item) => {
          const score = dot(p[user]!, q[item]!)
          return sum + (cell > 0 ? weight(value(cell)) * (score - target(value(cell))) ** 2 : unobserved * score ** 2)
        }, total),
      penalty(p, r) + penalty(q, transposed(r)),
    )
}

/** The largest absolute partial derivative of the objective, by central differences (exact for a quadratic). */
const largestGradient = (value: (p: Matrix, q: Matrix) => number, p: Matrix, q: Matrix): number => {
  const moved = (m: Matrix, row: number, k: number, by: number) =>
    m.map((values, at) => (at === row ? values.map((v, column) => (column === k ? v + by : v)) : values))
  let most = 0
  for (const [side, m] of [p, q].entries())
    m.forEach((values, row) => {
      values.forEach((_, k) => {
        const at = (by: number) => (side === 0 ? value(moved(p, row, k, by), q) : value(p, moved(q, row, k, by)))
        most = Math.max(most, Math.abs(at(1e-3) - at(-1e-3)) / 2e-3)
      })
    })
  return most
}

const positive = (r: number) => (r > 0 ? 1 : 0)
const some = (r: readonly number[]) => r.filter((cell) => cell > 0).length

interface Case {
  readonly from: 'implicit' | 'spark' | 'lenskit' | 'ials' | 'hkv'
  readonly given: Readonly<Record<string, unknown>>
  readonly r: Matrix
  readonly hasTarget: boolean
  /** As the library's sources or the paper have it. */
  readonly update: Update
}

const cases: Readonly<Record<string, Case>> = {
  'implicit on 0/1 data: confidence α r': {
    ...{ from: 'implicit', given: { factors: 2, alpha: 5, regularization: 0.3 }, r: binary, hasTarget: false },
    update: normalEquations(
      (r) => (r > 0 ? 5 * r : 1),
      (r) => (r > 0 ? 5 * r : 0),
      () => 0.3,
    ),
  },
  'implicit at its own alpha 1: unweighted': {
    ...{ from: 'implicit', given: { factors: 2, regularization: 0.5 }, r: binary, hasTarget: false },
    update: normalEquations(
      () => 1,
      positive,
      () => 0.5,
    ),
  },
  'the paper, linear': {
    ...{ from: 'hkv', given: { factors: 2, alpha: 3, lambda: 0.4 }, r: counts, hasTarget: true },
    update: normalEquations(
      (r) => 1 + 3 * r,
      (r) => (1 + 3 * r) * positive(r),
      () => 0.4,
    ),
  },
  'the paper, logarithmic': {
    ...{ from: 'hkv', given: { factors: 2, alpha: 3, epsilon: 0.5, lambda: 0.4 }, r: counts, hasTarget: true },
    update: normalEquations(
      (r) => 1 + 3 * Math.log(1 + r / 0.5),
      (r) => (1 + 3 * Math.log(1 + r / 0.5)) * positive(r),
      () => 0.4,
    ),
  },
  'LensKit with ratings': {
    ...{ from: 'lenskit', r: counts, hasTarget: true },
    given: { embedding_size: 2, weight: 4, regularization: 0.6, use_ratings: true },
    update: normalEquations(
      (r) => 1 + 4 * r,
      (r) => (4 * r + 1) * positive(r),
      () => 0.6,
    ),
  },
  'LensKit at its defaults': {
    ...{ from: 'lenskit', given: { embedding_size: 2 }, r: binary, hasTarget: false },
    update: normalEquations(
      (r) => 1 + 40 * r,
      (r) => 41 * r,
      () => 0.1,
    ),
  },
  'Spark with explicit ratings': {
    ...{ from: 'spark', given: { rank: 2, regParam: 0.2 }, r: counts, hasTarget: true },
    update: normalEquations(
      positive,
      (r) => r,
      (r) => 0.2 * some(r),
    ),
  },
  'Spark with implicit feedback': {
    ...{ from: 'spark', r: counts, hasTarget: true },
    given: { rank: 2, regParam: 0.1, implicitPrefs: true, alpha: 6 },
    update: normalEquations(
      (r) => 1 + 6 * r,
      (r) => positive(r) * (1 + 6 * r),
      (r) => 0.1 * some(r),
    ),
  },
  "Google's iALS": {
    ...{ from: 'ials', r: binary, hasTarget: false },
    given: { embedding_dim: 2, unobserved_weight: 0.3, regularization: 0.05 },
    update: normalEquations(
      (r) => 0.3 + r,
      (r) => r,
      (r) => 0.05 * (some(r) + 0.3 * r.length),
    ),
  },
  "Google's iALS with another exponent": {
    ...{ from: 'ials', r: binary, hasTarget: false },
    given: { embedding_dim: 2, unobserved_weight: 0.3, regularization: 0.2, regularization_exp: 0.5 },
    update: normalEquations(
      (r) => 0.3 + r,
      (r) => r,
      (r) => 0.2 * (some(r) + 0.3 * r.length) ** 0.5,
    ),
  },
}

for (const [name, { from, given, r, hasTarget, update }] of Object.entries(cases))
  test(`${name}: the library converges to a minimum of the document's objective`, () => {
    const [p, q] = minimizer(r, update)
    const value = objective(convertSettings(from, given), r, hasTarget)
    expect(dot(p[0]!, q[0]!)).toBeGreaterThan(0.1)
    expect(largestGradient(value, p, q)).toBeLessThan(1e-6)
  })

test('penalties of LensKit that differ by side give the same scores', () => {
  const given = { embedding_size: 2, weight: 4, user_regularization: 0.2, item_regularization: 0.8 }
  const update = normalEquations(
    (r) => 1 + 4 * r,
    (r) => 5 * r,
    (_, side) => (side === 'user' ? 0.2 : 0.8),
  )
  const [p, q] = minimizer(binary, update)
  // a‖p‖² + b‖q‖² becomes √(a b)(‖p‖² + ‖q‖²) when p is scaled by (a / b)^¼ and q by its inverse
  const balance = (0.2 / 0.8) ** 0.25
  const scaled = [p.map((row) => row.map((v) => v * balance)), q.map((row) => row.map((v) => v / balance))] as const
  expect(dot(p[0]!, q[0]!)).toBeGreaterThan(0.1)
  expect(largestGradient(objective(convertSettings('lenskit', given), binary, false), ...scaled)).toBeLessThan(1e-6)
})

test('the paper and iALS are one objective on 0/1 data: α₀ = 1 / α, λ / (1 + α), scores scaled by (1 + α) / α', () => {
  const [alpha, lambda] = [4, 0.5]
  const hkv = convertSettings('hkv', { factors: 2, alpha, lambda })
  const ials = convertSettings('ials', {
    ...{ embedding_dim: 2, unobserved_weight: 1 / alpha, regularization: lambda / (1 + alpha), regularization_exp: 0 },
  })
  const growth = Math.sqrt((1 + alpha) / alpha)
  const differences = [5, 6, 7].map((from) => {
    const [p, q] = [random(sizes.users, 2, from), random(sizes.items, 2, from + 10)]
    const larger = [p, q].map((m) => m.map((row) => row.map((v) => v * growth))) as unknown as [Matrix, Matrix]
    // L_hkv(√s p, √s q) = s(1 + α) L_ials(p, q) + constant
    return objective(hkv, binary, false)(...larger) - ((1 + alpha) ** 2 / alpha) * objective(ials, binary, false)(p, q)
  })
  for (const difference of differences) expect(difference).toBeCloseTo(differences[0]!, 9)
})

test('defaults are those of the libraries', () => {
  expect(convertSettings('implicit', {})).toMatchObject({
    loss: { type: 'imf/weighted-squares', alpha: 0 },
    embeddings: { dim: 100, l2: 0.01, nu: 0 },
    solver: { type: 'imf/als', iterations: 15, method: 'cg', steps: 3 },
  })
  expect(convertSettings('implicit', { use_cg: false }).solver).toEqual({
    type: 'imf/als',
    iterations: 15,
    method: 'cholesky',
  })
  expect(convertSettings('spark', {})).toMatchObject({
    loss: { type: 'mse' },
    embeddings: { dim: 10, l2: 0.1, nu: 1 },
    solver: { iterations: 10 },
  })
  expect(convertSettings('lenskit', {})).toMatchObject({
    loss: { alpha: 40 },
    embeddings: { dim: 64, l2: 0.1 },
    solver: { iterations: 10 },
  })
  expect(convertSettings('ials', { embedding_dim: 64 })).toMatchObject({
    loss: { unobservedWeight: 0.1 },
    embeddings: { dim: 64, l2: 1e-4, nu: 1, init: { type: 'normal', deviation: 0.0125 } },
  })
})

test('throws a sentence about settings that cannot be converted', () => {
  for (const [from, given, sentence] of [
    ['implicit', { alpha: 0.5 }, 'needs an "alpha" of 1 or more, got 0.5'],
    ['implicit', { lambda: 1 }, 'unknown setting "lambda" of implicit: expected one of factors, regularization'],
    ['implicit', { factors: '64' }, 'needs a number for "factors" of implicit, got "64"'],
    ['implicit', { constructor: 1 }, 'unknown setting "constructor"'],
    ['hkv', {}, 'needs a "lambda" above 0'],
    ['spark', { events: 18 }, 'unknown setting "events" of spark'],
    ['spark', { nonnegative: true }, 'no counterpart of "nonnegative"'],
    ['ials', { unobserved_weight: 0 }, 'needs an "unobserved_weight" above 0'],
    ['lenskit', { user_regularization: true }, 'needs a number for "user_regularization"'],
  ] as const)
    expect(() => convertSettings(from, given)).toThrow(sentence)
  expect(() => convertSettings('cornac' as never, {})).toThrow(
    'unknown library "cornac": expected one of implicit, spark',
  )
  expect([...converters.keys()]).toEqual(['implicit', 'spark', 'lenskit', 'ials', 'hkv'])
})
