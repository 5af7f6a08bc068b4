import { type Head, loss, type Program, type Progress, type StepProgress, Type, tf, useBackend } from '@recspec/core'
import { type Kernels, key, openKernels, uniform } from '@recspec/kernels'
import { beforeAll, expect, test } from 'vitest'
import { type CellLoss, denseObjective, float64Tables, largestGradient } from '../../test/dense.js'
import { problemOf, programOf, type Setup } from '../../test/problem.js'
import { weightedSquares } from '../losses/weightedsquares.js'
import { als } from './als.js'

let kernels: Kernels
beforeAll(async () => {
  await useBackend('cpu')
  kernels = await openKernels({ implementation: 'typescript' })
})

const mse = loss({
  summary: 'Squared error.',
  params: Type.Object({}),
  inputs: { score: 'one' },
  examples: () => ({ of: 'event', items: 'own' }),
  apply: (_, { score }, { target }) => tf.square(tf.sub(score.tensor, target!)),
  quadratic: () => ({ target: (r) => r, weight: () => 1 }),
})

/** About 40 % of 9 × 7 cells with targets 1 … 5, none of user 4 or item 2; the cell (0, 0) has two events more. */
const events = Array.from({ length: 63 }, (_, cell) => [Math.floor(cell / 7), cell % 7] as const)
  .filter(([user, item], cell) => user !== 4 && item !== 2 && uniform(key(1), cell) < 0.4)
  .map(([user, item], place) => [user, item, 1 + Math.floor(5 * uniform(key(2), place))] as const)
const twice = [...events, [0, 0, 2] as const, [0, 0, 3] as const]

const common = { users: 9, items: 7, dim: 3, events: twice }
const squares: CellLoss = (score, r) => (score - r!) ** 2
const confident =
  (c: (r: number) => number): CellLoss =>
  (score, r) =>
    r === undefined ? score ** 2 : c(r) * (score - 1) ** 2
const linear = { confidence: 'linear', epsilon: 1 }

interface Case {
  readonly setup: Setup
  readonly loss: CellLoss
  readonly unobserved: number
}
const implicit = (params: object, rest: Partial<Setup> = {}): Setup => ({
  ...common,
  ...{ loss: weightedSquares, params: { ...linear, ...params } },
  ...rest,
})
const explicit = (rest: Partial<Setup> = {}): Setup => ({ ...common, loss: mse, params: {}, ...rest })

const cases: Readonly<Record<string, Case>> = {
  'explicit, nu 1': { setup: explicit(), loss: squares, unobserved: 0 },
  'explicit, nu 0': { setup: explicit({ nu: 0, l2: 0.7 }), loss: squares, unobserved: 0 },
  'explicit, biases and a constant': {
    setup: explicit({ bias: { l2: 0.1, nu: 1 }, constant: 2.9 }),
    ...{ loss: squares, unobserved: 0 },
  },
  'explicit, biases with another l2': {
    setup: explicit({ bias: { l2: 0.01, nu: 1 }, constant: 2.9 }),
    ...{ loss: squares, unobserved: 0 },
  },
  'explicit, biases with another exponent': {
    setup: explicit({ bias: { l2: 0.2, nu: 0 }, constant: 2.9 }),
    ...{ loss: squares, unobserved: 0 },
  },
  'explicit, biases without l2, a weighted head and a scaled product': {
    setup: explicit({ bias: { l2: 0, nu: 1 }, constant: 2.9, weight: 0.5, factor: 0.7 }),
    ...{ loss: squares, unobserved: 0 },
  },
  'explicit, frozen items': {
    setup: explicit({ frozen: ['q', 'bi'], bias: { l2: 0.1, nu: 1 } }),
    ...{ loss: squares, unobserved: 0 },
  },
  'implicit, linear, nu 0': {
    setup: implicit({ alpha: 0.8 }, { nu: 0 }),
    ...{ loss: confident((r) => 1 + 0.8 * r), unobserved: 1 },
  },
  'implicit, linear, nu 1, weighted': {
    setup: implicit({ alpha: 3 }, { weight: 2, l2: 0.02 }),
    ...{ loss: confident((r) => 1 + 3 * r), unobserved: 1 },
  },
  'implicit, logarithmic': {
    setup: implicit({ alpha: 5, confidence: 'log', epsilon: 0.3 }, { factor: -1.5 }),
    ...{ loss: confident((r) => 1 + 5 * Math.log(1 + r / 0.3)), unobserved: 1 },
  },
  'implicit, no target': {
    setup: implicit({ alpha: 2 }, { hasTarget: false, nu: 0 }),
    ...{ loss: confident((r) => 1 + 2 * r), unobserved: 1 },
  },
  'implicit, unobserved weight': {
    setup: implicit({ unobservedWeight: 0.3 }, { hasTarget: false, l2: 0.02 }),
    loss: (score, r) => (r === undefined ? 0 : (score - 1) ** 2) + 0.3 * score ** 2,
    unobserved: 0.3,
  },
  'implicit, a large unobserved weight, nu 0': {
    setup: implicit({ unobservedWeight: 1.7 }, { nu: 0 }),
    loss: (score, r) => (r === undefined ? 0 : (score - 1) ** 2) + 1.7 * score ** 2,
    unobserved: 1.7,
  },
}

/** The loss of reports is per example. */
const examplesOf = (program: Program) => program.examples(program.graph.heads.get('liked') as Head)

const fit = async (
  setup: Setup,
  iterations: number,
  onReport?: (report: Progress, program: Program) => void,
  run: object = {},
  useKernels: Kernels = kernels,
) => {
  const problem = problemOf(setup)
  const params = { iterations, method: 'cholesky' }
  expect(als.rejects!(params, problem)).toBeUndefined()
  const program = await programOf(setup, problem, useKernels)
  const reports: Progress[] = []
  for await (const report of als.fit(params, problem, program, { seed: 0, phase: 0, ...run })) {
    onReport?.(report, program)
    reports.push(report)
  }
  return { program, reports }
}

for (const [name, { setup, loss, unobserved }] of Object.entries(cases)) {
  const dense = (tables: ReturnType<typeof float64Tables>) => denseObjective(setup, loss, unobserved, tables)

  test(`${name}: tells of every half iteration`, async () => {
    const steps: StepProgress[] = []
    await fit(setup, 2, undefined, { onStep: (step: StepProgress) => steps.push(step) })
    const { total } = steps[0]!
    const halves = steps.length / 2
    expect(steps.map(({ epoch, step, examples }) => [epoch, step, examples])).toEqual(
      [1, 2].flatMap((epoch) =>
        Array.from({ length: halves }, (_, half) => [
          epoch,
          (epoch - 1) * halves + half,
          Math.round((total * half) / halves),
        ]),
      ),
    )
    expect(total).toBeGreaterThan(0)
  })

  test(`${name}: reports the objective summed over every cell, which never rises`, async () => {
    let last = Infinity
    await fit(setup, 6, (report, program) => {
      const expected = dense(float64Tables(program)) / examplesOf(program)
      expect(Math.abs(report.loss - expected)).toBeLessThan(1e-5 * expected)
      expect(report.loss).toBeLessThanOrEqual(last * (1 + 1e-6))
      last = report.loss
    })
  })

  test(`${name}: a half-step minimizes the objective over its tables`, async () => {
    const stop = new AbortController()
    const stopping: Kernels = {
      ...kernels,
      leastSquares: async (half, method) => {
        stop.abort()
        return kernels.leastSquares(half, method)
      },
    }
    const stopped = await fit(setup, 5, undefined, { signal: stop.signal }, stopping)
    const tables = float64Tables(stopped.program)
    expect(largestGradient(dense, tables, 'p')).toBeLessThan(2e-4)

    const { program, reports } = await fit(setup, 3)
    const trained = [...program.tables.keys()].filter((table) => !setup.frozen?.includes(table))
    expect(reports.at(-1)!.loss).toBeLessThan(reports[0]!.loss + 1e-9)
    const separate = setup.bias && (setup.bias.nu !== (setup.nu ?? 1) || setup.bias.l2 === 0)
    const solvedLast = !trained.includes('q') ? 'p' : separate ? 'bi' : 'q'
    expect(largestGradient(dense, float64Tables(program), solvedLast)).toBeLessThan(2e-4)
  })

  test(`${name}: 400 iterations end in a minimum over each table`, async () => {
    const { program } = await fit(setup, 400)
    for (const table of program.tables.keys())
      if (!setup.frozen?.includes(table))
        expect(largestGradient(dense, float64Tables(program), table)).toBeLessThan(2e-3)
  })
}

test('biases and vectors that are solved jointly are a joint minimum', async () => {
  const { setup, loss } = cases['explicit, biases with another l2']!
  const { program } = await fit(setup, 1)
  const dense = (tables: ReturnType<typeof float64Tables>) => denseObjective(setup, loss, 0, tables)
  for (const table of ['q', 'bi']) expect(largestGradient(dense, float64Tables(program), table)).toBeLessThan(2e-4)
})

test('rows without events become zeros, and row 0 stays zero', async () => {
  for (const { setup } of Object.values(cases)) {
    if (setup.frozen) continue
    const problem = problemOf(setup)
    const program = await programOf(setup, problem, kernels)
    const unread = ({ input }: { readonly input: string }) => (input === 'user' ? 5 : 3)
    for (const { values, spec } of program.tables.values())
      values.fill(1, unread(spec) * spec.dim, (unread(spec) + 1) * spec.dim)
    const params = { iterations: 2, method: 'cholesky' }
    for await (const _ of als.fit(params, problem, program, { seed: 0, phase: 0 }));
    for (const [name, { values, spec }] of program.tables)
      for (const row of [0, unread(spec)])
        expect([...values.slice(row * spec.dim, (row + 1) * spec.dim)], name).toEqual(Array(spec.dim).fill(0))
  }
})

test('frozen tables keep their values', async () => {
  const { setup } = cases['explicit, frozen items']!
  const before = float64Tables(await programOf(setup, problemOf(setup), kernels))
  const { program } = await fit(setup, 3)
  for (const name of ['q', 'bi']) expect(float64Tables(program).get(name)).toEqual(before.get(name))
  expect(float64Tables(program).get('p')).not.toEqual(before.get('p'))
})

test('a run stopped between half-steps resumes to the same bytes', async () => {
  for (const name of ['explicit, biases with another exponent', 'implicit, unobserved weight']) {
    const { setup } = cases[name]!
    const whole = await fit(setup, 4)
    for (const after of [1, 2, 3, 5]) {
      const stop = new AbortController()
      let solved = 0
      const stopping: Kernels = {
        ...kernels,
        leastSquares: async (half, method) => {
          if (++solved === after) stop.abort()
          return kernels.leastSquares(half, method)
        },
      }
      const problem = problemOf(setup)
      const program = await programOf(setup, problem, stopping)
      const params = { iterations: 4, method: 'cholesky' }
      let state = { numbers: {}, arrays: {} }
      for await (const report of als.fit(params, problem, program, { seed: 0, phase: 0, signal: stop.signal }))
        state = report.state()
      expect(solved).toBe(after)
      for await (const _ of als.fit(params, problem, program, { seed: 0, phase: 0, resume: state }));
      for (const [table, { values }] of whole.program.tables) expect(program.tables.get(table)!.values).toEqual(values)
    }
  }
})

test('reports count iterations and carry validation metrics', async () => {
  const { setup } = cases['explicit, nu 1']!
  const { reports } = await fit(setup, 3, undefined, { validate: async () => ({ rmse: 0.5 }) })
  expect(reports.map(({ epoch, epochs, examples, metrics }) => ({ epoch, epochs, examples, metrics }))).toEqual(
    [1, 2, 3].map((epoch) => ({ epoch, epochs: 3, examples: twice.length, metrics: { rmse: 0.5 } })),
  )
})

test('learns a checkerboard: the best unseen item of each user is the one on the diagonal', async () => {
  const size = 20
  const board = Array.from({ length: size * size }, (_, cell) => [Math.floor(cell / size), cell % size, 1] as const)
  const setup = implicit({ alpha: 1 }, { users: size, items: size, dim: 2, l2: 0.01, nu: 0, hasTarget: false })
  const seen = board.filter(([user, item]) => user !== item && user % 2 === item % 2)
  const { program } = await fit({ ...setup, events: seen }, 10)
  const { p, q } = Object.fromEntries(float64Tables(program)) as Record<'p' | 'q', Float64Array>
  for (let user = 0; user < size; user++) {
    const scores = Array.from({ length: size }, (_, item) => {
      const cell = [0, 1].map((column) => p[2 * (user + 1) + column]! * q[2 * (item + 1) + column]!)
      return seen.some(([u, i]) => u === user && i === item) ? -Infinity : cell[0]! + cell[1]!
    })
    expect(scores.indexOf(Math.max(...scores))).toBe(user)
  }
})

test('a target without a finite weight is rejected by value and user', async () => {
  const setup = implicit({ alpha: 1 }, { events: [[2, 1, -4]] })
  await expect(fit(setup, 1)).rejects.toThrow('target -4 of user "2" gives no finite weight')
})

test('a penalty beyond float32 is rejected by table before the first half-step', async () => {
  await expect(fit(explicit({ l2: 1e38, nu: 4 }), 1)).rejects.toThrow('the penalty of "p" is not finite: l2 1e+38')
})

test('an objective that is not finite ends training', async () => {
  const setup = explicit({ loss: { ...mse, apply: (_, { score }) => tf.mul(score!.tensor, Number.NaN) } })
  await expect(fit(setup, 1)).rejects.toThrow('loss is NaN at iteration 1')
})
