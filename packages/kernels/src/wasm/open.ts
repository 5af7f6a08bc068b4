import type { Kernels } from '../kernels.js'
import { module as encoded } from '../module.generated.js'
import { batches } from './batches.js'
import { cholesky } from './cholesky.js'
import type { Context } from './context.js'
import { epoch } from './epoch.js'
import { gram } from './gram.js'
import { leastSquares } from './leastsquares.js'
import { openHeap } from './memory.js'
import { openPool } from './pool.js'
import { reach } from './reach.js'
import { rowKernels } from './rows.js'
import { topK } from './topk.js'
import { decode, platform } from './webassembly.js'

/** The kernels in WebAssembly, on one shared memory and as many threads as asked. */
export const openWasm = async (threads: number): Promise<Kernels> => {
  const module = await platform!.compile(decode(encoded))
  const heap = openHeap()
  const pool = openPool(module, heap.memory, threads)
  const context: Context = { heap, pool, threads }

  // one parallel kernel at a time: they share the threads
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
  return {
    implementation: 'wasm',
    threads,
    float32: (length) => heap.float32(heap.allocate(length * 4), length),
    int32: (length) => heap.int32(heap.allocate(length * 4), length),
    ...rowKernels(context),
    leastSquares: (...work) => inTurn(() => leastSquares(context, ...work)),
    cholesky: (half) => inTurn(() => cholesky(context, half)),
    gram: (values, width) => inTurn(() => gram(context, values, width)),
    epoch: (work) => inTurn(() => epoch(context, work)),
    batches: (work) => {
      const { steps, end } = batches(context, work)
      return { steps: (from, to) => inTurn(() => steps(from, to)), end }
    },
    topK: (...ranking) => inTurn(() => topK(context, ...ranking)),
    reach: (...ranking) => inTurn(() => reach(context, ...ranking)),
    close: () => pool.close(),
  }
}
