import { cores, findWorkers } from '#threads'
import type { Kernels } from './kernels.js'
import { openTypescript } from './typescript.js'
import { openWasm } from './wasm/open.js'
import { obstacle, shareable } from './wasm/webassembly.js'

/** Options of `openKernels`. */
export interface KernelOptions {
  /** Default: one per core, at most 8. */
  readonly threads?: number
  /** Default: wasm where there is SIMD. */
  readonly implementation?: 'wasm' | 'typescript'
  /** In a page: where the worker's file `@recspec/kernels/worker.js` is served. Default: beside the code. */
  readonly worker?: string
  /** Called with a sentence where the kernels run slower than asked for. */
  note?(text: string): void
}

/** More threads seldom help: the kernels are limited by memory bandwidth. */
const MAX_THREADS = 8

/**
 * Opens the kernels: WebAssembly with SIMD on `threads` worker threads over one shared memory, on one thread where
 * memory cannot be shared, or the TypeScript references where WebAssembly is not available. Throws where
 * `implementation` asks for wasm and it is not available. Calling `close` is optional: idle threads do not keep a
 * process alive.
 */
export const openKernels = async (options: KernelOptions = {}): Promise<Kernels> => {
  const { implementation, worker, note } = options
  if (implementation === 'typescript') return openTypescript()
  const reason = await obstacle()
  if (reason !== undefined) {
    if (implementation === 'wasm') throw new Error(`the kernels do not run in WebAssembly: ${reason}`)
    note?.(`the kernels run in TypeScript: ${reason}`)
    return openTypescript()
  }
  if (!shareable()) {
    note?.('the kernels run on one thread: there is no shared memory, for which a page must be isolated')
    return openWasm(1)
  }
  const threads = Math.max(1, Math.floor(options.threads ?? Math.min(cores(), MAX_THREADS)))
  if (threads === 1 || (await findWorkers(worker))) return openWasm(threads)
  note?.('the kernels run on one thread: no worker starts; serve "@recspec/kernels/worker.js" beside the code')
  return openWasm(1)
}
