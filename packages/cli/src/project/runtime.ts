import { type BackendName, backends, useBackend } from '@recspec/core'
import { type Kernels, openKernels } from '@recspec/kernels'
import { failure } from '../exit.js'
import type { Host } from '../host.js'
import type { RuntimeOptions } from '../input/options.js'
import { loadTensorflow, type Tensorflow } from './tensorflow.js'

/** What computes: a backend of TensorFlow.js and the kernels. */
export interface Runtime {
  readonly backend: BackendName
  /** Why this backend was chosen. */
  readonly why: string
  readonly tensorflow: Tensorflow
  readonly kernels: Kernels
}

/** Starts the backend and the kernels that `--backend` and `--threads` choose; the caller closes the kernels. */
export const openRuntime = async (host: Host, options: RuntimeOptions): Promise<Runtime> => {
  const wanted = options.backend
  const tensorflow = wanted === undefined || wanted === 'tensorflow' ? loadTensorflow(host.cwd) : {}
  const kernels = await openKernels(options.threads === undefined ? {} : { threads: options.threads })
  let backend: BackendName
  try {
    backend = await useBackend(wanted, kernels)
  } catch (error) {
    await kernels.close()
    const missing = wanted === 'tensorflow' && tensorflow.reason
    throw failure(
      'document',
      missing ? `unsupported backend "tensorflow": ${tensorflow.reason}` : (error as Error).message,
      missing ? FASTER : 'recspec doctor lists the backends that work here',
    )
  }
  return { backend, why: why(backend, wanted, tensorflow), tensorflow, kernels }
}

/** How to install the fastest backend. */
export const FASTER = 'npm install @tensorflow/tfjs-node (in a clone of recspec: npm run tensorflow)'

const why = (backend: BackendName, wanted: string | undefined, tensorflow: Tensorflow): string => {
  if (wanted !== undefined) return 'chosen by --backend'
  if (tensorflow.path !== undefined && backend === 'tensorflow') return `found ${tensorflow.path}`
  const rest = backends().filter((name) => name !== backend)
  const first = tensorflow.reason ?? 'tensorflow does not start here'
  return rest.includes('wasm') && backend === 'cpu' ? `${first}; wasm does not start here` : first
}
