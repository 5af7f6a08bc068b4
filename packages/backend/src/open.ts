import { type Kernels, tensorKernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { TensorBackend } from './backend.js'
import { BACKEND, registerKernel } from './kernel.js'
import { kernels as ours } from './kernels/index.js'

/** Copies the kernels of tfjs's cpu backend and puts ours in their places, once. */
const registerKernels = (): void => {
  if (tf.getKernel(tf.Identity, BACKEND)) return
  tf.copyRegisteredKernels('cpu', BACKEND)
  for (const kernel of ours) registerKernel(kernel)
}

/**
 * Makes a backend on the memory and threads of `kernels` tfjs's active one; false where the kernels have none (in
 * TypeScript). Tensors of a backend that was opened on other kernels before are lost.
 */
export const openBackend = async (kernels: Kernels): Promise<boolean> => {
  const tensors = tensorKernels(kernels)
  if (!tensors) return false
  registerKernels()
  const current = BACKEND in tf.engine().registry ? (tf.engine().registry[BACKEND] as TensorBackend) : undefined
  if (current?.kernels !== tensors) {
    if (tf.findBackendFactory(BACKEND)) tf.removeBackend(BACKEND)
    tf.registerBackend(BACKEND, () => new TensorBackend(tensors))
  }
  return tf.setBackend(BACKEND)
}

/** The backend where it is tfjs's active one. */
export const activeBackend = (): TensorBackend | undefined =>
  tf.getBackend() === BACKEND ? (tf.backend() as TensorBackend) : undefined
