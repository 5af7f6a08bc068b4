import { expect, test } from 'vitest'
import { hardProblem, ROWS, reference } from '../../../bench/problems.js'
import type { LeastSquaresMethod } from './halfstep.js'
import { openKernels } from './open.js'

test('5,000 ill-conditioned problems have finite solutions; well-posed ones match elimination', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const typescript = await openKernels({ implementation: 'typescript' })
  const others: LeastSquaresMethod[] = [
    { name: 'cg', steps: 3 },
    { name: 'blocks', size: 16 },
  ]
  const seen = { compared: 0, raised: 0, worst: 0, referenceWorst: 0, infinite: 0 }
  for (let part = 1e6; part < 1e6 + 5000 / ROWS; part++) {
    const half = hardProblem(part)
    const same = hardProblem(part)
    seen.raised += (await kernels.leastSquares(half, { name: 'exact' })).jittered
    await typescript.leastSquares(same, { name: 'exact' })
    for (const method of others) {
      const other = hardProblem(part)
      await kernels.leastSquares(other, method)
      if (!other.solved.every(Number.isFinite)) seen.infinite++
    }
    for (let row = 0; row < ROWS; row++) {
      const [x, y] = [half, same].map(({ solved, dim }) => solved.subarray(row * dim, (row + 1) * dim))
      if (!x!.every(Number.isFinite) || !y!.every(Number.isFinite)) seen.infinite++
      const expected = reference(half, row)
      // the 1-norm's condition number is at most dim times the usual one
      if (!expected || !(expected.condition < 1e6 * half.dim)) continue
      const size = Math.max(Math.hypot(...expected.x), 1e-30)
      const error = (of: Float32Array) => Math.hypot(...of.map((value, z) => value - expected.x[z]!)) / size
      seen.compared++
      seen.worst = Math.max(seen.worst, error(x!))
      seen.referenceWorst = Math.max(seen.referenceWorst, error(y!))
    }
  }
  expect(seen.infinite).toBe(0)
  expect(seen.worst).toBeLessThan(1e-4)
  expect(seen.referenceWorst).toBeLessThan(1e-6)
  expect(seen.compared).toBeGreaterThan(2000)
  expect(seen.raised).toBeGreaterThan(200)
})
