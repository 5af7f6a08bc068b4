import { expect, test } from 'vitest'
import * as kernels from './index.js'

test('the package exports these names', () => {
  expect(Object.keys(kernels).sort()).toEqual([
    'MOST_STEPS',
    'absolute',
    'adagrad',
    'adam',
    'below',
    'bisect',
    'bpr',
    'ccl',
    'denseAdam',
    'denseBackward',
    'denseForward',
    'harmonic',
    'initialState',
    'key',
    'logistic',
    'losses',
    'lowerBound',
    'mix',
    'movesUnread',
    'normal',
    'openDense',
    'openKernels',
    'permutation',
    'rmsprop',
    'sgd',
    'slots',
    'softmax',
    'squares',
    'uniform',
    'warp',
  ])
})

test('kernels open as asked', async () => {
  expect((await kernels.openKernels()).implementation).toBe('wasm')
  expect((await kernels.openKernels({ threads: 3 })).threads).toBe(3)
  expect((await kernels.openKernels({ implementation: 'typescript', threads: 3 })).threads).toBe(1)
})
