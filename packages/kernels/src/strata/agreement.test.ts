import { expect, test } from 'vitest'
import { lazyOptimizers, losses } from '../../test/battery.js'
import { type FusedEpoch, type FusedSide, fusedKernels } from '../fused.js'
import type { Kernels } from '../kernels.js'
import { absolute, bpr, logistic, squares } from '../losses/index.js'
import type { FusedLoss } from '../losses/loss.js'
import { openKernels } from '../open.js'
import { adagrad, adam, sgd } from '../optimizers/index.js'
import { initialState, type Optimizer, slots } from '../optimizers/optimizer.js'
import { below, key, normal, uniform } from '../random.js'

const USERS = 90
const ITEMS = 150
/** Lanes of a row: the vector of `dim` numbers, its own bias, a 1 for the bias of the other side, padding. */
const WIDTH = 12

const sideOf = (
  kernels: Kernels,
  rule: Optimizer,
  { height, dim, bias, part, nu }: { height: number; dim: number; bias: number; part: number; nu: number },
): FusedSide => {
  const rows = kernels.float32(height * WIDTH)
  for (let row = 1; row < height; row++) {
    for (let z = 0; z < dim; z++) rows[row * WIDTH + z] = 0.3 * normal(key(part), row * dim + z)
    rows[row * WIDTH + (bias === dim ? dim + 1 : dim)] = 1
  }
  const one = bias === dim ? dim + 1 : dim
  const segments = [
    { from: 0, width: dim, trained: true, l2: 0.01, nu },
    { from: bias, width: 1, trained: true, l2: 0.002, nu: 1 },
    { from: one, width: 1, trained: false, l2: 0, nu: 1 },
  ]
  const state = segments.map(({ width }) => kernels.float32(height * slots(rule, width)).fill(initialState(rule)))
  const counts = Float32Array.from({ length: height }, (_, row) => row % 5)
  return { rows, width: WIDTH, segments, state, counts }
}

const epochOf = (
  kernels: Kernels,
  rule: Optimizer,
  loss: FusedLoss,
  epoch: number,
  dim: number,
  count: number,
): FusedEpoch => {
  const start = kernels.int32(USERS + 1)
  const index: number[] = []
  for (let user = 0; user < USERS; user++) {
    for (let item = 0; item < ITEMS; item++) if (below(9, key(1, user), item) === 0 || user === 3) index.push(item)
    start[user + 1] = index.length
  }
  const items = kernels.int32(index.length)
  items.set(index)
  const values = Float32Array.from(index, (_, at) => 1 + 4 * uniform(key(2), at))
  const popularity = Float64Array.from({ length: ITEMS }, (_, item) => (item === 0 ? 0 : 1 + (item % 7)))
  return {
    users: sideOf(kernels, rule, { height: USERS, dim, bias: dim, part: 5, nu: 0.5 }),
    items: sideOf(kernels, rule, { height: ITEMS, dim, bias: dim + 1, part: 6, nu: 1 }),
    offset: 0.1,
    optimizer: rule,
    rate: 0.02,
    step: epoch * index.length,
    loss,
    readings: { user: 2, item: 1 },
    events: { start, index: items, values },
    negatives: { count, hard: 1, excludeObserved: epoch % 2 === 0, ...(epoch > 0 ? { popularity } : {}) },
    seed: 8,
    phase: 1,
    epoch,
  }
}

/** Losses of differences of scores. */
const differs = new Set(['bpr', 'softmax', 'warp'])

// with one negative and a multiple of four lanes, the triplet kernel updates a user and two different items
const shapes = [
  [7, 2],
  [8, 1],
] as const
const cases = lazyOptimizers.flatMap(([name, rule]) => shapes.map(([dim, count]) => [name, dim, count, rule] as const))

test.each(cases)(
  'an epoch under %s in %i dimensions with %i negatives is the reference`s for every loss',
  async (_, dim, count, rule) => {
    for (const loss of losses) {
      const results = []
      for (const implementation of ['wasm', 'typescript'] as const) {
        const kernels = await openKernels({ implementation, threads: 1 })
        const work = epochOf(kernels, rule, loss, 0, dim, count)
        const sums = []
        for (let epoch = 0; epoch < 2; epoch++) {
          const { users, items } = work
          sums.push(
            await fusedKernels(kernels).epoch({ ...epochOf(kernels, rule, loss, epoch, dim, count), users, items }),
          )
        }
        results.push({ work, sums })
      }
      const [wasm, typescript] = results as [(typeof results)[0], (typeof results)[0]]
      wasm.sums.forEach((sum, epoch) => {
        expect(sum / typescript.sums[epoch]!).toBeCloseTo(1, 4)
      })
      for (const side of ['users', 'items'] as const) {
        const [one, other] = [wasm.work[side].rows, typescript.work[side].rows]
        let off = 0
        for (let at = 0; at < one.length; at++) {
          // losses of score differences have zero gradient in a user's bias, up to rounding
          if (side === 'users' && at % WIDTH === dim && differs.has(loss.name)) continue
          if (Math.abs(one[at]! - other[at]!) > 2e-4) off++
        }
        // the sign of a slope of ±1 depends on the last bit of a score
        expect(off).toBeLessThan(loss.name === 'absolute' ? one.length / 20 : 1)
        expect([...one.subarray(0, WIDTH)]).toEqual(new Array(WIDTH).fill(0))
        const constant = wasm.work[side].segments[2]!.from
        for (let row = 1; row < one.length / WIDTH; row++) expect(one[row * WIDTH + constant]).toBe(1)
      }
    }
  },
)

test('an epoch has the same bytes on any number of threads', async () => {
  for (const rule of [adagrad(1e-7, 0.1), adam()]) {
    const results: unknown[] = []
    for (const threads of [1, 2, 3]) {
      const kernels = await openKernels({ implementation: 'wasm', threads })
      const work = epochOf(kernels, rule, bpr, 0, 7, 2)
      // enough negatives for threads to start
      const sum = await fusedKernels(kernels).epoch({
        ...work,
        negatives: { count: 40, hard: 1, excludeObserved: true },
      })
      results.push([sum, Float32Array.from(work.users.rows), Float32Array.from(work.items.rows)])
      await kernels.close()
    }
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
  }
})

test('a step of one example follows the gradient of its loss and penalties', async () => {
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    for (const loss of [squares, absolute, logistic]) {
      const side = (values: number[]): FusedSide => ({
        rows: Float32Array.from([0, 0, 0, 0, ...values]),
        width: 4,
        segments: [{ from: 0, width: 2, trained: true, l2: 0.1, nu: 0 }],
        state: [new Float32Array(0)],
        counts: Float32Array.of(0, 4),
      })
      const users = side([0.5, -0.25, 1, 0])
      const items = side([0.75, 0.5, 0.125, 0])
      const objective = (x: readonly number[], y: readonly number[]) => {
        const score = x[0]! * y[0]! + x[1]! * y[1]! + 0.125 + 0.5
        const value = {
          squares: (score - 3) ** 2,
          absolute: Math.abs(score - 3),
          logistic: Math.log(1 + Math.exp(score)) - 3 * score,
        }
        const squares = x[0]! ** 2 + x[1]! ** 2 + y[0]! ** 2 + y[1]! ** 2
        return value[loss.name as 'squares'] + (0.1 / 4) * squares
      }
      const at = [0.5, -0.25, 0.75, 0.5]
      const slope = at.map((_, place) => {
        const moved = (by: number) => at.map((value, other) => (other === place ? value + by : value))
        const value = (by: number) => objective(moved(by).slice(0, 2), moved(by).slice(2))
        return (value(1e-5) - value(-1e-5)) / 2e-5
      })
      const sum = await fusedKernels(kernels).epoch({
        users,
        items,
        offset: 0.5,
        optimizer: sgd(),
        rate: 0.1,
        step: 0,
        loss,
        events: { start: Int32Array.of(0, 0, 1), index: Int32Array.of(1), values: Float32Array.of(3) },
        negatives: { count: 0, hard: 1, excludeObserved: false },
        readings: { user: 1, item: 1 },
        seed: 0,
        phase: 0,
        epoch: 0,
      })
      expect(sum).toBeCloseTo(objective(at.slice(0, 2), at.slice(2)) - (0.1 / 4) * (0.3125 + 0.8125), 5)
      const after = [...users.rows.subarray(4, 6), ...items.rows.subarray(4, 6)]
      after.forEach((value, place) => {
        expect(value).toBeCloseTo(at[place]! - 0.1 * slope[place]!, 5)
      })
    }
  }
})

test('an epoch without users, items or events does nothing', async () => {
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    const work = epochOf(kernels, sgd(), bpr, 0, 7, 2)
    const nobody = { ...work.users, rows: kernels.float32(WIDTH), counts: new Float32Array(1) }
    const none = { start: Int32Array.of(0, 0), index: new Int32Array(0) }
    expect(await fusedKernels(kernels).epoch({ ...work, users: nobody, events: none })).toBe(0)
    expect(await fusedKernels(kernels).epoch({ ...work, users: nobody, items: nobody, events: none })).toBe(0)
    expect(
      await fusedKernels(kernels).epoch({
        ...work,
        events: { start: new Int32Array(USERS + 1), index: new Int32Array(0) },
      }),
    ).toBe(0)
  }
})
