import { accumulate } from './accumulate.js'
import { bag } from './bag.js'
import { batches } from './batches/batches.js'
import { cholesky } from './cholesky.js'
import { countRanks } from './countranks.js'
import { withFused } from './fused.js'
import { gather } from './gather.js'
import { gram } from './gram.js'
import type { Kernels } from './kernels.js'
import { leastSquares } from './leastsquares.js'
import { withMatrices } from './matrix/kernels.js'
import { referenceMatrices } from './matrix/reference.js'
import { epoch } from './strata/epoch.js'
import { topK } from './topk.js'
import { update } from './update.js'

/**
 * The reference implementation: plain arrays in one thread, sums in float64. It defines the results and runs without
 * WebAssembly.
 */
export const openTypescript = (): Kernels =>
  withFused(
    withMatrices(
      {
        implementation: 'typescript',
        threads: 1,
        maxBytes: Infinity,
        float32: (length) => new Float32Array(length),
        int32: (length) => new Int32Array(length),
        gather,
        bag,
        accumulate,
        update,
        leastSquares: async (...work) => leastSquares(...work),
        cholesky: async (half) => cholesky(half),
        gram: async (values, width) => gram(values, width),
        topK: async (...ranking) => topK(...ranking),
        countRanks: async (...ranking) => countRanks(...ranking),
        close: async () => {},
      },
      referenceMatrices,
    ),
    {
      epoch: async (work) => epoch(work),
      batches: (work) => ({ steps: async (from, to) => batches(work, from, to), end() {} }),
    },
  )
