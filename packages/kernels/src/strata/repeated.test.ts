import { expect, test } from 'vitest'
import { type FusedModel, type FusedSide, fusedKernels } from '../fused.js'
import type { Kernels } from '../kernels.js'
import { bpr, logistic } from '../losses/index.js'
import { openKernels } from '../open.js'
import * as optimizers from '../optimizers/index.js'
import { initialState, type Optimizer, slots } from '../optimizers/optimizer.js'

const WIDTH = 12
const SIZES = [8, 3]

const sideOf = (kernels: Kernels, optimizer: Optimizer, values: readonly number[][]): FusedSide => {
  const rows = kernels.float32((values.length + 1) * WIDTH)
  for (const [row, numbers] of values.entries()) rows.set(numbers, (row + 1) * WIDTH)
  const segments = SIZES.map((width, s) => ({ from: s === 0 ? 0 : 8, width, trained: true, l2: 0.1 * s + 0.05, nu: 1 }))
  const state = segments.map(({ width }) =>
    kernels.float32((values.length + 1) * slots(optimizer, width)).fill(initialState(optimizer)),
  )
  return { rows, width: WIDTH, segments, state, counts: new Float32Array(values.length + 1).fill(1) }
}

const row = (part: number) => Array.from({ length: 11 }, (_, z) => Math.sin(part * 7 + z) / 2)

/** One user who observed item 1. */
const modelOf = (kernels: Kernels, optimizer: Optimizer, items: number, given: Partial<FusedModel>): FusedModel => ({
  users: sideOf(kernels, optimizer, [row(1)]),
  items: sideOf(
    kernels,
    optimizer,
    Array.from({ length: items }, (_, n) => row(2 + n)),
  ),
  offset: 0,
  optimizer,
  loss: logistic,
  readings: { user: 1, item: 1 },
  negatives: { count: 2, hard: 1, excludeObserved: true },
  ...given,
})

// only one draw is possible: the only unobserved item, or the only item
const cases = [
  ['two negatives that are one item', 2, {}],
  ['seven negatives that are one item', 2, { negatives: { count: 7, hard: 1, excludeObserved: true } }],
  ['a negative that is the positive', 1, { negatives: { count: 1, hard: 1, excludeObserved: false } }],
  ['two negatives that are the positive', 1, { negatives: { count: 2, hard: 1, excludeObserved: false } }],
  ['pairs that are one item', 2, { loss: bpr }],
] as const

const lazy = [
  ...[optimizers.sgd(), optimizers.sgd(0.9), optimizers.adagrad(1e-7, 0.1), optimizers.adagrad(1e-7, 0.1, true)],
  ...[optimizers.adam(), optimizers.rmsprop(0.9, 1e-7, 0.5)],
]

test.each(cases)('%s: a row is updated once per example, as in mini-batches of 1', async (_, items, given) => {
  for (const optimizer of lazy) {
    for (const implementation of ['wasm', 'typescript'] as const) {
      const kernels = await openKernels({ implementation, threads: 1 })
      const [one, other] = [0, 1].map(() => modelOf(kernels, optimizer, items, given))
      const sums: [number, number] = [0, 0]
      for (let step = 0; step < 3; step++) {
        const shared = { step, seed: 1, phase: 0, epoch: step, rate: 0.05 }
        const events = { start: Int32Array.of(0, 0, 1), index: Int32Array.of(1) }
        sums[0] += await fusedKernels(kernels).epoch({ ...one!, ...shared, events })
        const pass = fusedKernels(kernels).batches({
          ...other!,
          ...{ normalized: false, user: Int32Array.of(1), item: Int32Array.of(1), observed: events, shared: false },
          ...{ order: Int32Array.of(0), batchSize: 1, rates: Float64Array.of(0.05), step, key: step },
        })
        sums[1] += await pass.steps(0, 1)
        pass.end()
      }
      expect(sums[0]).toBeCloseTo(sums[1], 4)
      for (const side of ['users', 'items'] as const) {
        const arrays = (model: FusedModel) => [model[side].rows, ...model[side].state]
        arrays(one!).forEach((values, a) => {
          const expected = arrays(other!)[a]!
          values.forEach((value, at) => {
            expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-5 * (1 + Math.abs(expected[at]!)))
          })
        })
      }
    }
  }
})
