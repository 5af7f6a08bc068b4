/// <reference types="node" />
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lossCodes, optimizerCodes } from '../src/boundary.generated.js'
import { type FusedBatches, type FusedSide, fusedKernels } from '../src/fused.js'
import type { Kernels } from '../src/kernels.js'
import * as lossIndex from '../src/losses/index.js'
import { squares } from '../src/losses/index.js'
import type { FusedLoss } from '../src/losses/loss.js'
import { openKernels } from '../src/open.js'
import * as optimizerIndex from '../src/optimizers/index.js'
import { initialState, type Optimizer, slots } from '../src/optimizers/optimizer.js'
import { lazyOptimizers, lossCases, losses, optimizerCases, optimizers } from './battery.js'

const filesOf = (folder: string) =>
  readdirSync(new URL(`../${folder}`, import.meta.url))
    .filter((name) => /^[a-z0-9]+\.ts$/.test(name))
    .map((name) => name.slice(0, -3))

// what a new loss or optimizer consists of: its kernel, its reference, one index line and one case in the battery
test.each([
  ['losses', Object.keys(lossCodes), Object.keys(lossIndex), lossCases, ['sum'], ['loss', 'index']],
  [
    'optimizers',
    Object.keys(optimizerCodes),
    Object.keys(optimizerIndex),
    optimizerCases,
    ['settings', 'deferred'],
    ['optimizer', 'index'],
  ],
] as const)(
  'each of the %s is a kernel, a reference of the same name, an index line and a case',
  (folder, kernels, index, cases, shared, types) => {
    const sorted = (names: readonly string[]) => [...names].map((name) => name.toLowerCase()).sort()
    expect(sorted(filesOf(`assembly/${folder}`))).toEqual(sorted([...kernels, ...shared]))
    expect(sorted(filesOf(`src/${folder}`))).toEqual(sorted([...kernels, ...types]))
    expect(sorted(index)).toEqual(sorted(kernels))
    expect(sorted(Object.keys(cases))).toEqual(sorted(kernels))
  },
)

test('a case has the name of its kernel', () => {
  for (const [name, loss] of Object.entries(lossCases)) expect(loss.name).toBe(name)
  for (const [name, variants] of Object.entries(optimizerCases))
    for (const optimizer of Object.values(variants)) expect(optimizer).toMatchObject({ name, kernel: name })
})

const WIDTH = 8
const SEGMENTS = [5, 3]
/** A moment that 0.9 makes subnormal, which only dense Adam rounds to 0. */
const TINY = 1e-38

/** Rows 1 and 3 have weights; row 2 is zeros, so its gradient is 0, and has a tiny state. */
const sideOf = (kernels: Kernels, optimizer: Optimizer): FusedSide => {
  const rows = kernels.float32(4 * WIDTH)
  for (const row of [1, 3]) for (let z = 0; z < WIDTH; z++) rows[row * WIDTH + z] = 0.2 + 0.05 * z + 0.1 * row
  let from = 0
  const segments = SEGMENTS.map((width) => {
    from += width
    return { from: from - width, width, trained: true, l2: 0, nu: 1 }
  })
  const state = segments.map(({ width }) => {
    const size = slots(optimizer, width)
    const values = kernels.float32(4 * size).fill(initialState(optimizer))
    return values.fill(TINY, 2 * size, 2 * size + Math.min(size, 2 * width))
  })
  return { rows, width: WIDTH, segments, state, counts: new Float32Array(4).fill(1) }
}

const modelOf = (kernels: Kernels, optimizer: Optimizer, loss: FusedLoss = squares) => ({
  ...{ users: sideOf(kernels, optimizer), items: sideOf(kernels, optimizer), offset: 0, optimizer, loss },
  ...{ readings: { user: 1, item: 1 }, negatives: { count: 0, hard: 1, excludeObserved: false } },
})

/** Users 1, 2 and 3 met items 1, 2 and 3. */
const events = { start: Int32Array.of(0, 0, 1, 2, 3), index: Int32Array.of(1, 2, 3) }

/** Weights, and moments where there are any: what tells optimizers apart. */
const numbersOf = ({ users, items }: ReturnType<typeof modelOf>): number[] =>
  [users, items].flatMap(({ rows, state }) => [
    ...rows.subarray(WIDTH),
    ...state.flatMap((values, s) => {
      const size = values.length / 4
      const moments = Math.min(size, 2 * SEGMENTS[s]!)
      return [
        ...values.subarray(2 * size, 2 * size + moments),
        ...new Array<number>(2 * SEGMENTS[s]! - moments).fill(-1),
      ]
    }),
  ])

const paths = {
  update: async (kernels: Kernels, optimizer: Optimizer) => {
    const model = modelOf(kernels, optimizer)
    for (const { rows, state, segments } of [model.users, model.items]) {
      const { width } = segments[0]!
      const values = kernels.float32(4 * width)
      for (let row = 0; row < 4; row++) values.set(rows.subarray(row * WIDTH, row * WIDTH + width), row * width)
      const gradients = Float32Array.from({ length: 3 * width }, (_, at) => (at < width || at >= 2 * width ? 0.3 : 0))
      for (let step = 1; step <= 2; step++)
        kernels.update(optimizer, { values, state: state[0]!, width }, Int32Array.of(1, 2, 3), gradients, 0.02, step)
      for (let row = 0; row < 4; row++) rows.set(values.subarray(row * width, (row + 1) * width), row * WIDTH)
    }
    return numbersOf(model)
  },
  epoch: async (kernels: Kernels, optimizer: Optimizer) => {
    const model = modelOf(kernels, optimizer)
    for (const epoch of [0, 1]) {
      const step = 3 * epoch
      await fusedKernels(kernels).epoch({ ...model, events, rate: 0.02, step, seed: 1, phase: 0, epoch })
    }
    return numbersOf(model)
  },
  batches: async (kernels: Kernels, optimizer: Optimizer) => {
    const model = modelOf(kernels, optimizer)
    await passOf(kernels, { ...model, ...examples })
    return numbersOf(model)
  },
}

const examples = {
  ...{ normalized: false, user: Int32Array.of(1, 2, 3), item: Int32Array.of(1, 2, 3), observed: events },
  ...{
    shared: false,
    order: Int32Array.of(0, 1, 2),
    batchSize: 2,
    rates: Float64Array.of(0.02, 0.02),
    step: 0,
    key: 1,
  },
}

const passOf = async (kernels: Kernels, work: FusedBatches): Promise<number> => {
  const pass = fusedKernels(kernels).batches(work)
  const sum = await pass.steps(0, work.rates.length)
  pass.end()
  return sum
}

/** The largest difference of two lists relative to the size of the numbers. */
const distance = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((most, value, at) => {
    const size = Math.abs(value) + Math.abs(other[at]!)
    return size === 0 ? most : Math.max(most, Math.abs(value - other[at]!) / size)
  }, 0)

test.each([
  ['update', optimizers],
  ['epoch', lazyOptimizers],
  ['batches', optimizers],
] as const)('%s runs the code of the optimizer, and that of no other', async (path, list) => {
  const wasm = await openKernels({ implementation: 'wasm', threads: 1 })
  const typescript = await openKernels({ implementation: 'typescript' })
  const expected = await Promise.all(list.map(([, optimizer]) => paths[path](typescript, optimizer)))
  for (const [k, [name, optimizer]] of list.entries()) {
    const found = await paths[path](wasm, optimizer)
    for (const [other, [otherName]] of list.entries()) {
      const far = distance(found, expected[other]!)
      if (k === other) expect(far, `${name} is its reference`).toBeLessThan(2e-5)
      else expect(far, `${name} is not ${otherName}`).toBeGreaterThan(1e-3)
    }
  }
})

test('a pass runs the code of the loss, and that of no other', async () => {
  const optimizer = optimizerCases.sgd['plain']!
  const sumOf = async (implementation: 'wasm' | 'typescript', loss: FusedLoss) => {
    const kernels = await openKernels({ implementation, threads: 1 })
    const negatives = { count: 2, hard: 1, excludeObserved: true }
    return passOf(kernels, { ...modelOf(kernels, optimizer, loss), ...examples, negatives })
  }
  const expected = await Promise.all(losses.map((loss) => sumOf('typescript', loss)))
  for (const [k, loss] of losses.entries()) {
    const found = await sumOf('wasm', loss)
    for (const [other, { name }] of losses.entries()) {
      if (k === other) expect(found / expected[k]!, loss.name).toBeCloseTo(1, 5)
      else expect(Math.abs(found / expected[other]! - 1), `${loss.name} is not ${name}`).toBeGreaterThan(1e-3)
    }
  }
})

test('an optimizer without a kernel runs by its reference', async () => {
  const { kernel: _, ...own } = { ...optimizerCases.adam['default']!, name: 'own' }
  const wasm = await openKernels({ implementation: 'wasm', threads: 1 })
  const typescript = await openKernels({ implementation: 'typescript' })
  for (const path of Object.values(paths)) expect(await path(wasm, own)).toEqual(await path(typescript, own))
})
