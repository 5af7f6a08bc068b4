import * as tf from '@tensorflow/tfjs-core'
import { addRows, copyRows, sumColumns, transpose } from './rows.js'

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

/** The backend's own transpose with a shortcut for a float matrix, which it walks with general strides. */
const swapAxes =
  (own: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const { x } = call.inputs as unknown as { x: tf.TensorInfo }
    const { perm } = call.attrs as unknown as tf.TransposeAttrs
    if (x.shape.length !== 2 || x.dtype !== 'float32' || perm[0] !== 1) return own(call)
    const [height, width] = x.shape as [number, number]
    const wasm = call.backend as WasmBackend
    const out = wasm.makeOutput([width, height], 'float32')
    transpose(wasm.typedArrayFromHeap(x) as Float32Array, height, width, wasm.typedArrayFromHeap(out) as Float32Array)
    return out
  }

/** The backend's own sum with a shortcut for sums over the leading axes (gradients of biases), which it transposes for. */
const sumRows =
  (own: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const { x } = call.inputs as unknown as { x: tf.TensorInfo }
    const { axis, keepDims } = call.attrs as unknown as tf.SumAttrs
    const axes = tf.util.parseAxisParam(axis, x.shape)
    const rank = x.shape.length
    const leading = axes.length < rank && axes.every((dim, k) => dim === k)
    if (!leading || x.dtype !== 'float32') return own(call)
    const wasm = call.backend as WasmBackend
    const kept = x.shape.slice(axes.length)
    const out = wasm.makeOutput(keepDims ? [...axes.map(() => 1), ...kept] : kept, 'float32')
    sumColumns(
      wasm.typedArrayFromHeap(x) as Float32Array,
      tf.util.sizeFromShape(kept),
      wasm.typedArrayFromHeap(out) as Float32Array,
    )
    return out
  }

/** Wraps a kernel of the backend, once. */
const improve = (kernelName: string, better: (own: tf.KernelFunc) => tf.KernelFunc): void => {
  const own = tf.getKernel(kernelName, 'wasm')
  if (!own || improved.has(own)) return
  tf.unregisterKernel(kernelName, 'wasm')
  const mine = { ...own, kernelFunc: better(own.kernelFunc) }
  tf.registerKernel(mine)
  improved.add(mine)
}

const improved = new WeakSet<tf.KernelConfig>()

/** Registers what the wasm backend lacks (UnsortedSegmentSum) or does slowly. */
export const completeWasm = (): void => {
  if (!tf.getKernel(tf.UnsortedSegmentSum, 'wasm'))
    tf.registerKernel({ kernelName: tf.UnsortedSegmentSum, backendName: 'wasm', kernelFunc: segmentSum })
  improve(tf.GatherV2, gatherRows)
  improve(tf.Transpose, swapAxes)
  improve(tf.Sum, sumRows)
}
