import { batches as referenceBatches } from '../batches/batches.js'
import { withFused } from '../fused.js'
import type { Kernels } from '../kernels.js'
import { withMatrices } from '../matrix/kernels.js'
import { module as encoded } from '../module.generated.js'
import { epoch as referenceEpoch } from '../strata/epoch.js'
import { withTensors } from '../tensor/kernels.js'
import { batches } from './batches.js'
import { cholesky } from './cholesky.js'
import type { Context } from './context.js'
import { countRanks } from './countranks.js'
import { gram } from './gram.js'
import { leastSquares } from './leastsquares.js'
import { openMatrices } from './matrices.js'
import { openHeap } from './memory.js'
import { openPool } from './pool.js'
import { rowKernels } from './rows.js'
import { epoch } from './strata.js'
import { openTensors } from './tensors.js'
import { topK } from './topk.js'
import { decode, platform, shareable } from './webassembly.js'

/** The kernels in WebAssembly, on one memory and up to `threads` threads: one where memory cannot be shared. */
export const openWasm = async (threads: number, shared = shareable()): Promise<Kernels> => {
  const module = await platform!.compile(decode(encoded, shared))
  const heap = openHeap(shared)
  const pool = openPool(module, heap, threads)
  const context: Context = { heap, pool, threads }
  const tensors = openTensors(context)

  // one parallel kernel at a time: they share the threads
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
  const kernels: Kernels = {
    implementation: 'wasm',
    threads,
    maxBytes: heap.maxBytes,
    float32: (length) => heap.float32(heap.allocate(length * 4), length),
    int32: (length) => heap.int32(heap.allocate(length * 4), length),
    ...rowKernels(context, tensors.run),
    leastSquares: (...work) => inTurn(() => leastSquares(context, ...work)),
    cholesky: (half) => inTurn(() => cholesky(context, half)),
    gram: (values, width) => inTurn(() => gram(context, values, width)),
    topK: (...ranking) => inTurn(() => topK(context, ...ranking)),
    countRanks: (...ranking) => inTurn(() => countRanks(context, ...ranking)),
    close: () => pool.close(),
  }
  withTensors(kernels, tensors)
  withMatrices(kernels, openMatrices(context, tensors))
  return withFused(kernels, {
    // an optimizer without a kernel runs by the reference
    epoch: (work) => inTurn(async () => (work.optimizer.kernel ? epoch(context, work) : referenceEpoch(work))),
    batches: (work) => {
      if (!work.optimizer.kernel)
        return { steps: (from, to) => inTurn(async () => referenceBatches(work, from, to)), end() {} }
      const { steps, end } = batches(context, work)
      return { steps: (from, to) => inTurn(() => steps(from, to)), end }
    },
  })
}
