import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from './backend.js'

/** The name that tfjs knows the backend by. */
export const BACKEND = 'recspec'
/** The name that tfjs knows a backend by that records operations for another engine. */
export const TRACE_BACKEND = 'recspec-trace'

/** What a kernel is called with: its inputs by name, its attributes, and the backend that makes its results. */
export interface Call {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>
  readonly attrs: Readonly<Record<string, unknown>>
  readonly backend: TensorBackend
}

type Result = tf.TensorInfo | tf.TensorInfo[]

/** A kernel of ours for an operation of tfjs; undefined where it leaves a call to tfjs's cpu kernel. */
export interface TensorKernelConfig {
  readonly name: string
  readonly run: (call: Call) => Result | undefined
}

/** Registers a kernel; calls that it leaves go to the cpu kernel of the same name. */
export const registerKernel = ({ name, run }: TensorKernelConfig): void => {
  const other = tf.getKernel(name, 'cpu')?.kernelFunc
  if (tf.getKernel(name, BACKEND)) tf.unregisterKernel(name, BACKEND)
  tf.registerKernel({
    kernelName: name,
    backendName: BACKEND,
    kernelFunc: (call) => {
      const own = run(call as unknown as Call)
      if (own) return own
      if (!other) throw new Error(`${name} does not take these tensors on the backend wasm`)
      return other(call)
    },
  })
}

/** Whether all tensors are float32. */
export const floats = (...tensors: readonly (tf.TensorInfo | undefined)[]): boolean =>
  tensors.every((tensor) => tensor === undefined || tensor.dtype === 'float32')

/** Numbers of a tensor of this shape. */
export const sizeOf = (shape: readonly number[]): number => tf.util.sizeFromShape(shape as number[])

/** Rows of a task, so that a task has about `numbers` numbers. */
export const rowsPerTask = (width: number, numbers = 16384): number =>
  Math.max(1, Math.ceil(numbers / Math.max(1, width)))
