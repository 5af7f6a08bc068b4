import { type BackendName, useBackend } from '@recspec/core'
import { type Kernels, openKernels } from '@recspec/kernels'
import { failure } from '../exit.js'
import type { Host } from '../host.js'
import type { RuntimeOptions } from '../input/options.js'
import { loadTensorflow } from './tensorflow.js'

/** What computes: a backend of TensorFlow.js and the kernels. */
export interface Runtime {
  readonly backend: BackendName
  /** Why this backend was chosen. */
  readonly why: string
  readonly kernels: Kernels
}

/** Starts the backend and the kernels that `--backend` and `--threads` choose; the caller closes the kernels. */
export const openRuntime = async (host: Host, options: RuntimeOptions): Promise<Runtime> => {
  const wanted = options.backend
  const tensorflow = wanted === 'tensorflow' ? loadTensorflow(host.cwd) : undefined
  const kernels = await openKernels(options.threads === undefined ? {} : { threads: options.threads })
  let backend: BackendName
  try {
    backend = await useBackend(wanted, kernels)
  } catch (error) {
    await kernels.close()
    const missing = tensorflow?.reason
    throw failure(
      'document',
      missing ? `unsupported backend "tensorflow": ${missing}` : (error as Error).message,
      missing ? INSTALL : 'recspec doctor lists the backends that work here',
    )
  }
  return { backend, why: why(backend, wanted), kernels }
}

/** How to install the backend `tensorflow`. */
const INSTALL = 'npm install @tensorflow/tfjs-node (in a clone of recspec: npm run tensorflow)'

const why = (backend: BackendName, wanted: string | undefined): string => {
  if (wanted !== undefined) return 'chosen by --backend'
  return backend === 'wasm' ? 'the default' : 'wasm does not start here: it needs WebAssembly with SIMD'
}
