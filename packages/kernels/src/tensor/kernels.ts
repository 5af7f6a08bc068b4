import type { layouts, tensorCodes } from '../boundary.generated.js'
import type { Kernels } from '../kernels.js'

/** A kernel on tensors: a file of assembly/tensor/. */
export type TensorKernel = keyof typeof tensorCodes

/** The record that a kernel reads. */
type JobOf<K extends TensorKernel> = `${Capitalize<K>}Job` & keyof typeof layouts

/** The fields of a kernel's job: addresses, sizes and numbers. */
export type TensorJob<K extends TensorKernel> = Readonly<Record<keyof (typeof layouts)[JobOf<K>]['fields'], number>>

/**
 * Memory and kernels for tensors. A tensor is a block of the kernels' memory, padded to 64 bytes; kernels read and
 * write blocks by address. A job is cut into tasks by its sizes alone, so results do not depend on the number of
 * threads.
 */
export interface TensorKernels {
  readonly threads: number
  /** Address of a block of at least `bytes` with unspecified contents; throws a KernelMemoryError. */
  allocate(bytes: number): number
  /** Gives back a block that was allocated with this size. */
  free(at: number, bytes: number): void
  /** Bytes of blocks in use, and of all blocks. */
  memory(): { readonly used: number; readonly total: number }
  /** Whether an array lies in the memory: then `byteOffset` is its address. */
  holds(array: { readonly buffer: ArrayBufferLike }): boolean
  float32(at: number, length: number): Float32Array
  int32(at: number, length: number): Int32Array
  /** Runs the tasks of a job on all threads and waits for them; on one while an asynchronous kernel has the others. */
  run<K extends TensorKernel>(kernel: K, tasks: number, job: TensorJob<K>): void
}

/** Where kernels keep their kernels on tensors: not part of what a plugin sees. */
const key = Symbol('tensors')

/** Adds kernels on tensors to kernels. */
export const withTensors = (kernels: Kernels, tensors: TensorKernels): Kernels =>
  Object.defineProperty(kernels, key, { value: tensors })

/** The kernels on tensors of kernels from `openKernels`; undefined in TypeScript, where tfjs's own backend computes. */
export const tensorKernels = (kernels: Kernels): TensorKernels | undefined =>
  (kernels as { readonly [key]?: TensorKernels })[key]
