import '@tensorflow/tfjs-backend-cpu'
import { activeBackend, openBackend } from '@recspec/backend'
import { hasSimd, type Kernels, openKernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { completeCpu } from './cpu.js'
// tfjs-core alone knows no gradients under Node; the build inlines this file, because plain Node cannot import it
import '@tensorflow/tfjs-core/dist/register_all_gradients'

/** Backends, the fastest first; `tensorflow` exists once the host program has loaded tfjs-node. */
const order = ['wasm', 'tensorflow', 'cpu'] as const
export type BackendName = (typeof order)[number]

/** The backends that this process has, best first. */
export const backends = (): readonly BackendName[] =>
  order.filter((name) => (name === 'wasm' ? hasSimd() : name in tf.engine().registryFactory))

/** The active backend of tfjs by its name in recspec; undefined before the first. */
export const activeName = (): string | undefined =>
  tf.engine().backendName && (activeBackend() ? 'wasm' : tf.engine().backendName)

/** Kernels of programs that choose the backend `wasm` without any of their own. */
let shared: Promise<Kernels> | undefined
const sharedKernels = (): Promise<Kernels> => {
  shared ??= openKernels()
  return shared
}

/**
 * Activates the named backend, or the best one that starts; returns its name. `wasm` computes in the memory and on the
 * threads of `kernels` (default: kernels of its own). Throws an Error where none starts.
 */
export const useBackend = async (name?: string, kernels?: Kernels): Promise<BackendName> => {
  if (name !== undefined && !(order as readonly string[]).includes(name))
    throw new Error(`unknown backend "${name}", expected ${order.join(', ')}`)
  tf.env().set('PROD', true)
  for (const candidate of name === undefined ? backends() : [name as BackendName]) {
    if (!backends().includes(candidate)) break
    if (await started(candidate, kernels)) {
      completeCpu()
      return candidate
    }
  }
  throw new Error(`backend "${name ?? order.join(', ')}" does not start here`)
}

const started = async (name: BackendName, kernels: Kernels | undefined): Promise<boolean> => {
  try {
    return name === 'wasm' ? await openBackend(kernels ?? (await sharedKernels())) : await tf.setBackend(name)
  } catch {
    return false
  }
}

/** A read-only view of the numbers of a tensor, valid until it is disposed: not copied on wasm. */
export const viewData = (tensor: tf.Tensor): Float32Array =>
  activeBackend()?.view(tensor) ?? (tensor.dataSync() as Float32Array)
