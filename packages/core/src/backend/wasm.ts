import * as tf from '@tensorflow/tfjs-core'
import { addRows, copyRows } from './rows.js'

/** What the wasm backend lets a kernel do with its heap. */
interface WasmBackend extends tf.KernelBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array
}

const segmentSum: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const wasm = backend as WasmBackend
  const { x, segmentIds } = inputs as unknown as { x: tf.TensorInfo; segmentIds: tf.TensorInfo }
  const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs
  const out = wasm.makeOutput([numSegments, ...x.shape.slice(1)], 'float32')
  const sums = wasm.typedArrayFromHeap(out) as Float32Array
  sums.fill(0)
  const width = x.shape.slice(1).reduce((size, dim) => size * dim, 1)
  addRows(wasm.typedArrayFromHeap(x) as Float32Array, wasm.typedArrayFromHeap(segmentIds) as Int32Array, width, sums)
  return out
}

/** The backend's own gather with a shortcut for rows of a float matrix, which it copies number by number. */
const gatherRows =
  (own: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const { x, indices } = call.inputs as unknown as { x: tf.TensorInfo; indices: tf.TensorInfo }
    const { axis, batchDims } = call.attrs as unknown as tf.GatherV2Attrs
    if (axis !== 0 || batchDims !== 0 || x.dtype !== 'float32' || indices.dtype !== 'int32') return own(call)
    const wasm = call.backend as WasmBackend
    const out = wasm.makeOutput([...indices.shape, ...x.shape.slice(1)], 'float32')
    const rows = wasm.typedArrayFromHeap(indices) as Int32Array
    const height = x.shape[0]!
    for (const row of rows) if (row < 0 || row >= height) throw new Error(`row ${row} is not in [0, ${height - 1}]`)
    const width = x.shape.slice(1).reduce((size, dim) => size * dim, 1)
    copyRows(wasm.typedArrayFromHeap(x) as Float32Array, rows, width, wasm.typedArrayFromHeap(out) as Float32Array)
    return out
  }

/** Registers what the wasm backend lacks (UnsortedSegmentSum) or does slowly (gather of rows). */
export const completeWasm = (): void => {
  if (!tf.getKernel(tf.UnsortedSegmentSum, 'wasm'))
    tf.registerKernel({ kernelName: tf.UnsortedSegmentSum, backendName: 'wasm', kernelFunc: segmentSum })
  const own = tf.getKernel(tf.GatherV2, 'wasm')
  if (!own || completed.has(own)) return
  tf.unregisterKernel(tf.GatherV2, 'wasm')
  const mine = { ...own, kernelFunc: gatherRows(own.kernelFunc) }
  tf.registerKernel(mine)
  completed.add(mine)
}

const completed = new WeakSet<tf.KernelConfig>()
