import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { completeCpu } from './cpu.js'
import { registerDense } from './dense.js'
import { registerGradients } from './gradients.js'
import { heapKernels } from './heap.js'
import { completeWasm } from './wasm.js'

/** Backends in order of preference; `tensorflow` exists once the host program has loaded tfjs-node. */
const order = ['tensorflow', 'wasm', 'cpu'] as const
export type BackendName = (typeof order)[number]

/** The backends registered in this process, best first. */
export const backends = (): readonly BackendName[] => order.filter((name) => name in tf.engine().registryFactory)

/** Activates the named backend, or the best one that starts; returns its name. Throws an Error where none starts. */
export const useBackend = async (name?: string): Promise<BackendName> => {
  if (name !== undefined && !(order as readonly string[]).includes(name))
    throw new Error(`unknown backend "${name}", expected ${order.join(', ')}`)
  tf.env().set('PROD', true)
  for (const candidate of name === undefined ? backends() : [name as BackendName]) {
    if (!backends().includes(candidate)) break
    if (await started(candidate)) {
      const kernels = candidate === 'wasm' ? await heapKernels() : undefined
      completeCpu()
      completeWasm(kernels)
      registerGradients()
      registerDense(candidate, kernels)
      return candidate
    }
  }
  throw new Error(`backend "${name ?? order.join(', ')}" does not start here`)
}

const started = async (name: BackendName): Promise<boolean> => {
  try {
    return await tf.setBackend(name)
  } catch {
    return false
  }
}
