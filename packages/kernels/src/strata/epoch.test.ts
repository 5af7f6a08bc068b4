import { expect, test } from 'vitest'
import { type FusedEpoch, fusedKernels } from '../fused.js'
import { absolute, bpr, logistic, squares } from '../losses/index.js'
import type { FusedLoss } from '../losses/loss.js'
import { openKernels } from '../open.js'
import { adagrad } from '../optimizers/index.js'
import { key, normal } from '../random.js'

/** A 20 × 20 board with rows 1 … 20: users like items of their own parity; the diagonal is held out. */
const board = (
  loss: FusedLoss,
  epoch: number,
  users: Float32Array,
  items: Float32Array,
  state: Float32Array[],
): FusedEpoch => {
  const start = [0, 0]
  const index: number[] = []
  for (let u = 1; u <= 20; u++) {
    for (let i = 1; i <= 20; i++) if (i % 2 === u % 2 && i !== u) index.push(i)
    start.push(index.length)
  }
  const side = (rows: Float32Array, state: Float32Array) => ({
    rows,
    width: 4,
    segments: [{ from: 0, width: 4, trained: true, l2: 1e-3, nu: 1 }],
    state: [state],
    counts: new Float32Array(21).fill(20),
  })
  return {
    users: side(users, state[0]!),
    items: side(items, state[1]!),
    offset: 0,
    optimizer: adagrad(1e-8, 0.1),
    rate: 0.2,
    step: epoch * index.length,
    loss,
    events: { start: Int32Array.from(start), index: Int32Array.from(index) },
    negatives: { count: 2, hard: 1, excludeObserved: true },
    readings: { user: 2, item: 1 },
    seed: 1,
    phase: 0,
    epoch,
  }
}

test.each([bpr, logistic, squares, absolute])('$name learns the held-out diagonal of a checkerboard', async (loss) => {
  const kernels = await openKernels({ implementation: 'typescript' })
  const start = key(3)
  const users = Float32Array.from({ length: 84 }, (_, at) => (at < 4 ? 0 : 0.3 * normal(start, at)))
  const items = Float32Array.from({ length: 84 }, (_, at) => (at < 4 ? 0 : 0.3 * normal(start, 100 + at)))
  const state = [new Float32Array(21).fill(0.1), new Float32Array(21).fill(0.1)]
  const sums: number[] = []
  for (let epoch = 0; epoch < 30; epoch++)
    sums.push(await fusedKernels(kernels).epoch(board(loss, epoch, users, items, state)))
  expect(sums.at(-1)!).toBeLessThan(sums[0]! / 2)
  expect(users.subarray(0, 4)).toEqual(new Float32Array(4))
  expect(items.subarray(0, 4)).toEqual(new Float32Array(4))
  let right = 0
  for (let u = 1; u <= 20; u++) {
    const score = (i: number) => [0, 1, 2, 3].reduce((sum, z) => sum + users[u * 4 + z]! * items[i * 4 + z]!, 0)
    const unlike = Array.from({ length: 10 }, (_, n) => score(2 * n + 1 + (u % 2)))
    if (score(u) > Math.max(...unlike)) right++
  }
  expect(right).toBeGreaterThanOrEqual(17)
})
