import { cores } from '#threads'
import type { Kernels } from './kernels.js'
import { openTypescript } from './typescript.js'
import { openWasm } from './wasm/open.js'
import { available } from './wasm/webassembly.js'

/** How kernels are opened: without `implementation`, wasm where SIMD and shared memory exist; without `threads`, a core each, at most 8. */
export interface Opening {
  readonly threads?: number
  readonly implementation?: 'wasm' | 'typescript'
}

/** More threads than this seldom pay: the kernels wait for memory. */
const MOST = 8

/** The kernels. `close` ends their threads; a process may also just end. */
export const openKernels = async ({ threads, implementation }: Opening = {}): Promise<Kernels> => {
  if (implementation === 'wasm' && !available())
    throw new Error('needs WebAssembly SIMD and shared memory, which are missing here')
  if (implementation === 'typescript' || !available()) return openTypescript()
  return openWasm(Math.max(1, Math.floor(threads ?? Math.min(cores(), MOST))))
}
