import { accumulate } from './accumulate.js'
import { bag } from './bag.js'
import { batches } from './batches/batches.js'
import { cholesky } from './cholesky.js'
import { epoch } from './epoch/epoch.js'
import { gather } from './gather.js'
import { gram } from './gram.js'
import type { Kernels } from './kernels.js'
import { leastSquares } from './leastsquares.js'
import { reach } from './reach.js'
import { topK } from './topk.js'
import { update } from './update.js'

/** The twin of every kernel: plain loops on plain arrays in one thread, sums in float64. The oracle, and the fallback. */
export const openTypescript = (): Kernels => ({
  implementation: 'typescript',
  threads: 1,
  float32: (length) => new Float32Array(length),
  int32: (length) => new Int32Array(length),
  gather,
  bag,
  accumulate,
  update,
  leastSquares: async (...work) => leastSquares(...work),
  cholesky: async (half) => cholesky(half),
  gram: async (values, width) => gram(values, width),
  epoch: async (work) => epoch(work),
  batches: (work) => ({ steps: async (from, to) => batches(work, from, to), end() {} }),
  topK: async (...ranking) => topK(...ranking),
  reach: async (...ranking) => reach(...ranking),
  close: async () => {},
})
