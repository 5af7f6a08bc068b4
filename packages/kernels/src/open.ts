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
 * Opens the kernels; throws where wasm is asked for and not available. Calling `close` is optional: idle threads keep
 * no process alive.
 */
export const openKernels = async ({ threads, implementation }: KernelOptions = {}): Promise<Kernels> => {
  if (implementation === 'wasm' && !available())
    throw new Error('needs WebAssembly SIMD and shared memory, which are missing here')
  if (implementation === 'typescript' || !available()) return openTypescript()
  return openWasm(Math.max(1, Math.floor(threads ?? Math.min(cores(), MAX_THREADS))))
}
