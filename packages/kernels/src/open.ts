import { cores } from '#threads'
import type { Kernels } from './kernels.js'
import { openTypescript } from './typescript.js'
import { openWasm } from './wasm/open.js'
import { available } from './wasm/webassembly.js'

/**
 * Options of `openKernels`. Default `implementation`: wasm where SIMD and shared memory exist. Default `threads`: one
 * per core, at most 8.
 */
export interface KernelOptions {
  readonly threads?: number
  readonly implementation?: 'wasm' | 'typescript'
}

/** More threads seldom help: the kernels are limited by memory bandwidth. */
const MAX_THREADS = 8

/**
 * Opens the kernels: WebAssembly with SIMD on `threads` worker threads over one shared memory (default: the number of
 * cores, at most 8), or the TypeScript references where WebAssembly is not available. Throws where `implementation`
 * asks for wasm and it is not available. Calling `close` is optional: idle threads do not keep a process alive.
 */
export const openKernels = async ({ threads, implementation }: KernelOptions = {}): Promise<Kernels> => {
  if (implementation === 'wasm' && !available())
    throw new Error('needs WebAssembly SIMD and shared memory, which are missing here')
  if (implementation === 'typescript' || !available()) return openTypescript()
  return openWasm(Math.max(1, Math.floor(threads ?? Math.min(cores(), MAX_THREADS))))
}
