import type { TensorKernels } from '@recspec/kernels'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'

type Values = tf.backend_util.BackendValues
type Numbers = Float32Array | Int32Array | Uint8Array

/** The data of a tensor: a block of kernel memory, an array of the host, or both. */
class TensorData {
  refCount: number
  readonly dtype: tf.DataType
  complexTensorInfos?: { readonly real: tf.TensorInfo; readonly imag: tf.TensorInfo }
  #values: Values | undefined
  /** Address in kernel memory; 0: not there. */
  at: number
  /** Bytes of the block at `at` that is to be freed; 0: the array is somebody else's. */
  block: number
  readonly #numbers: number
  readonly #kernels: TensorKernels

  constructor(kernels: TensorKernels, dtype: tf.DataType, refCount: number, numbers: number, values?: Values) {
    this.#kernels = kernels
    this.dtype = dtype
    this.refCount = refCount
    this.#numbers = numbers
    this.#values = values
    this.block = 0
    // an array in kernel memory is used where it is
    this.at = values !== undefined && ArrayBuffer.isView(values) && kernels.holds(values) ? values.byteOffset : 0
  }

  /** The numbers, not copied; tfjs's cpu kernels read them here. */
  get values(): Values {
    this.#values ??= this.#view()
    return this.#values
  }

  #view(): Numbers {
    if (this.dtype === 'int32') return this.#kernels.int32(this.at, this.#numbers)
    const floats = this.#kernels.float32(this.at, this.#numbers)
    return this.dtype === 'bool' ? new Uint8Array(floats.buffer, this.at, this.#numbers) : floats
  }

  /** Moves the numbers into kernel memory where they are not there yet; returns their address. */
  place(): number {
    if (this.at !== 0) return this.at
    const values = this.#values as Numbers
    const bytes = bytesOf(this.dtype, this.#numbers)
    this.block = bytes
    this.at = this.#kernels.allocate(bytes)
    this.#values = undefined
    const view = this.#view()
    view.set(values)
    this.#values = view
    return this.at
  }

  free(): void {
    if (this.block > 0) this.#kernels.free(this.at, this.block)
    this.block = 0
  }
}

const bytesOf = (dtype: tf.DataType, numbers: number): number => Math.max(1, dtype === 'bool' ? numbers : 4 * numbers)

/**
 * Tensors in the memory of the kernels. Kernels that are not ours are those of tfjs's cpu backend, which read and write
 * the same memory; so every operation of tfjs runs.
 */
export class TensorBackend extends MathBackendCPU {
  readonly kernels: TensorKernels

  constructor(kernels: TensorKernels) {
    super()
    this.kernels = kernels
  }

  override write(values: Values, shape: number[], dtype: tf.DataType): object {
    const dataId = {}
    this.move(dataId, values, shape, dtype, 1)
    return dataId
  }

  override move(dataId: object, values: Values, shape: number[], dtype: tf.DataType, refCount: number): void {
    const numbers = tf.util.sizeFromShape(shape)
    const own = values as Values | undefined
    const typed = own === undefined || ArrayBuffer.isView(own) || dtype === 'string' || dtype === 'complex64'
    const data = new TensorData(this.kernels, dtype, refCount, numbers, typed ? own : tf.util.toTypedArray(own, dtype))
    this.data.set(dataId, data)
  }

  /** Results of tfjs's cpu kernels: some are parts of an input, whose block may be reused before they are. */
  override makeTensorInfo(shape: number[], dtype: tf.DataType, values?: Values | string[]): tf.TensorInfo {
    const shared = values !== undefined && ArrayBuffer.isView(values) && this.kernels.holds(values as Float32Array)
    return super.makeTensorInfo(shape, dtype, shared ? (values as Float32Array).slice() : values)
  }

  /** A copy: blocks are reused when a tensor is disposed. */
  override readSync(dataId: object): Values {
    const values = super.readSync(dataId)
    return ArrayBuffer.isView(values) && this.kernels.holds(values as Float32Array)
      ? (values as Float32Array).slice()
      : values
  }

  /** The numbers of a tensor, not copied: valid until the tensor is disposed. */
  view(info: tf.TensorInfo): Float32Array {
    return this.#data(info).values as Float32Array
  }

  /** The address of the numbers of a tensor. */
  place(info: tf.TensorInfo): number {
    return this.#data(info).place()
  }

  /** A float32 tensor with unspecified numbers. */
  output(shape: readonly number[]): tf.TensorInfo {
    const numbers = tf.util.sizeFromShape(shape as number[])
    const bytes = bytesOf('float32', numbers)
    const data = new TensorData(this.kernels, 'float32', 1, numbers)
    data.at = this.kernels.allocate(bytes)
    data.block = bytes
    const dataId = {}
    this.data.set(dataId, data)
    return { dataId, shape: shape as number[], dtype: 'float32' }
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true
    const data = this.data.get(dataId) as unknown as TensorData
    data.refCount--
    if (!force && data.refCount > 0) return false
    if (data.complexTensorInfos) {
      this.disposeData(data.complexTensorInfos.real.dataId, true)
      this.disposeData(data.complexTensorInfos.imag.dataId, true)
    }
    data.free()
    this.data.delete(dataId)
    return true
  }

  override memory(): { unreliable: boolean; reasons: string[]; used: number; total: number } {
    return { unreliable: false, reasons: [], ...this.kernels.memory() }
  }

  #data(info: tf.TensorInfo): TensorData {
    return this.data.get(info.dataId) as unknown as TensorData
  }
}
