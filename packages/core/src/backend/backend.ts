import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { completeCpu } from './cpu.js'
import { registerDense } from './dense.js'
import { registerGradients } from './gradients.js'
import { heapKernels } from './heap.js'
import { completeWasm } from './wasm.js'

/** From the one to prefer; `tensorflow` is there once the program that runs recspec has loaded tfjs-node. */
const order = ['tensorflow', 'wasm', 'cpu'] as const
export type BackendName = (typeof order)[number]

/** The backends that could be used in this process, the best first. */
export const backends = (): readonly BackendName[] => order.filter((name) => name in tf.engine().registryFactory)

/** Makes a backend the one that runs: the named one, or the best that starts. Throws a bare sentence when it cannot. */
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
