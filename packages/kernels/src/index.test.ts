import { expect, test } from 'vitest'
import { fusedKernels, openKernels } from './index.js'

test('kernels open with the given options', async () => {
  expect((await openKernels()).implementation).toBe('wasm')
  expect((await openKernels({ threads: 3 })).threads).toBe(3)
  expect((await openKernels({ implementation: 'typescript', threads: 3 })).threads).toBe(1)
})

test('plugins get linear algebra, rows, optimizer steps and rankings; fused training is separate', async () => {
  for (const implementation of ['wasm', 'typescript'] as const) {
    const kernels = await openKernels({ implementation, threads: 1 })
    expect(Object.keys(kernels).sort()).toEqual([
      'accumulate',
      'bag',
      'cholesky',
      'close',
      'countRanks',
      'float32',
      'gather',
      'gram',
      'implementation',
      'int32',
      'leastSquares',
      'maxBytes',
      'threads',
      'topK',
      'update',
    ])
    expect(Object.keys(fusedKernels(kernels)).sort()).toEqual(['batches', 'epoch'])
    expect(() => fusedKernels({ ...kernels })).toThrow('not from openKernels')
  }
})
