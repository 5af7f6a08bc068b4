import { type Kernels, key, openKernels, type Sparse, uniform } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { contentOf, gramOf, inverseOf, randomRows } from '../../test/matrices.js'
import { type EaseProblem, ease as easeInto } from './ease.js'

const ease = async (kernels: Kernels, rows: Sparse, items: number, problem: EaseProblem) => {
  const dense = kernels.float32(items * items)
  return { dense, ...(await easeInto(kernels, rows, dense, problem)) }
}

test.each([
  ['wasm', 270],
  ['typescript', 60],
] as const)(
  'the closed form on %s agrees with a float64 inverse, and its gradient is 0',
  async (implementation, items) => {
    const kernels = await openKernels({ implementation, threads: 2 })
    const rows = randomRows(500, items, 1, true)
    const gram = gramOf(rows, items)
    const { dense, objective, residual } = await ease(kernels, rows, items, {
      l2: 3,
      nu: 0.5,
      dropout: 0.3,
      diagonal: 0,
    })
    expect(residual).toBeLessThan(1e-4)
    const n = Float64Array.from({ length: items }, (_, j) => gram[j * items + j]!)
    const ridge = n.map((value) => 3 * value ** 0.5 + (0.3 / 0.7) * value)
    const inverse = inverseOf(
      gram.map((value, at) => value + (at % (items + 1) === 0 ? ridge[at / (items + 1)]! : 0)),
      items,
    )
    let [error, steepest] = [0, 0]
    for (let i = 0; i < items; i++)
      for (let j = 0; j < items; j++) {
        const expected = i === j ? 0 : -inverse[i * items + j]! / inverse[j * items + j]!
        error = Math.max(error, Math.abs(dense[i * items + j]! - expected))
      }
    expect(error).toBeLessThan(2e-6)
    // half the gradient of ‖X − XB‖² + Σ ridge B²
    let value = 0
    for (let j = 0; j < items; j++) {
      const column = Float64Array.from({ length: items }, (_, i) => dense[i * items + j]!)
      value += gram[j * items + j]!
      for (let i = 0; i < items; i++) {
        let product = 0
        for (let k = 0; k < items; k++) product += gram[i * items + k]! * column[k]!
        value += column[i]! * (product - 2 * gram[i * items + j]! + ridge[i]! * column[i]!)
        if (i !== j) steepest = Math.max(steepest, Math.abs(product - gram[i * items + j]! + ridge[i]! * column[i]!))
      }
    }
    expect(steepest).toBeLessThan(2e-3)
    expect(objective / value).toBeCloseTo(1, 5)
    await kernels.close()
  },
)

test('dropout in closed form minimizes the mean over sampled dropouts', async () => {
  const kernels = await openKernels({ implementation: 'typescript' })
  const items = 6
  const rows = randomRows(40, items, 2)
  const p = 0.4
  const { dense } = await ease(kernels, rows, items, { l2: 0, nu: 0, dropout: p, diagonal: 0 })
  const slopes = new Float64Array(items * items)
  const draws = 20_000
  const x = new Float64Array(40 * items)
  for (let user = 0; user < 40; user++)
    for (let at = rows.start[user]!; at < rows.start[user + 1]!; at++) x[user * items + rows.index[at]!] = 1
  for (let draw = 0; draw < draws; draw++) {
    for (let user = 0; user < 40; user++) {
      const row = x.subarray(user * items, (user + 1) * items)
      const kept = row.map((value, item) => (uniform(key(9, draw, user), item) < p ? 0 : value / (1 - p)))
      for (let j = 0; j < items; j++) {
        let error = -row[j]!
        for (let i = 0; i < items; i++) error += kept[i]! * dense[i * items + j]!
        for (let i = 0; i < items; i++) slopes[i * items + j]! += (kept[i]! * error) / draws
      }
    }
  }
  for (let at = 0; at < slopes.length; at++) if (at % (items + 1) !== 0) expect(Math.abs(slopes[at]!)).toBeLessThan(0.2)
  await kernels.close()
})

test('a relaxed diagonal meets its bound and the conditions of a minimum', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const items = 40
  const rows = randomRows(200, items, 3)
  const gram = gramOf(rows, items)
  const penalty = { l2: 8, nu: 0, dropout: 0.3 }
  const unbounded = await ease(kernels, rows, items, { ...penalty, diagonal: 1 })
  const ends = Array.from({ length: items }, (_, j) => unbounded.dense[j * items + j]!)
  const bound = ends.sort((a, b) => a - b)[items / 2]!
  const { dense, objective } = await ease(kernels, rows, items, { ...penalty, diagonal: bound })
  const ridge = Float64Array.from({ length: items }, (_, j) => 8 + (0.3 / 0.7) * gram[j * items + j]!)
  let [free, bounded, value] = [0, 0, 0]
  for (let j = 0; j < items; j++) {
    const end = dense[j * items + j]!
    expect(end).toBeLessThanOrEqual(bound + 1e-6)
    value += gram[j * items + j]!
    for (let i = 0; i < items; i++) {
      const own = dense[i * items + j]!
      let slope = ridge[i]! * own - gram[i * items + j]!
      for (let k = 0; k < items; k++) slope += gram[i * items + k]! * dense[k * items + j]!
      value += own * (slope - gram[i * items + j]!)
      if (i !== j || end < bound - 1e-6) expect(Math.abs(slope)).toBeLessThan(1e-3)
      // at the bound the objective would fall further along the diagonal
      else expect(slope).toBeLessThan(1e-3)
    }
    if (end < bound - 1e-6) free++
    else bounded++
  }
  expect(Math.min(free, bounded)).toBeGreaterThan(0)
  expect(objective / value).toBeCloseTo(1, 5)
  await kernels.close()
})

test('the matrix has the same bytes on any number of threads', async () => {
  const items = 277
  const rows = randomRows(400, items, 4)
  const results = []
  for (const threads of [1, 2, 3]) {
    const kernels = await openKernels({ implementation: 'wasm', threads })
    const { dense } = await ease(kernels, rows, items, { l2: 10, nu: 0, dropout: 0.2, diagonal: 0 })
    results.push(contentOf(dense))
    await kernels.close()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})

test('items without rows have no weights; too small a penalty is refused', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const rows: Sparse = { start: Int32Array.of(0, 2, 4), index: Int32Array.of(0, 1, 0, 1) }
  const { dense } = await ease(kernels, rows, 3, { l2: 1, nu: 1, dropout: 0, diagonal: 0 })
  for (const weight of dense.subarray(6)) expect(weight).toBeCloseTo(0)
  expect(dense[2]).toBeCloseTo(0)
  await expect(ease(kernels, rows, 3, { l2: 0, nu: 1, dropout: 0, diagonal: 0 })).rejects.toThrow(
    'not positive definite',
  )
  await kernels.close()
})
