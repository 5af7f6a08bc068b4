import type { DenseKernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { WasmBackend } from './heap.js'
import { addRows, copyRows, sumColumns, transpose } from './rows.js'

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

/** The gather of the backend, with a fast path for rows of float32 tensors, which it copies number by number. */
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

/** The transpose of the backend, with a fast path for float32 matrices, where it uses general strides. */
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

/** The sum of the backend, with a fast path over leading axes (gradients of biases), which it transposes for. */
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

/** The concatenation of the backend, with a fast path for float32 matrices: one kernel call each. */
const sideBySide =
  (kernels: DenseKernels) =>
  (own: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const matrices = call.inputs as unknown as readonly tf.TensorInfo[]
    const { axis } = call.attrs as unknown as tf.ConcatAttrs
    const [height] = matrices[0]!.shape
    const plain = ({ shape, dtype }: tf.TensorInfo) => shape.length === 2 && shape[0] === height && dtype === 'float32'
    if ((axis !== 1 && axis !== -1) || !matrices.every(plain)) return own(call)
    const wasm = call.backend as WasmBackend
    const width = matrices.reduce((sum, { shape }) => sum + shape[1]!, 0)
    const out = wasm.makeOutput([height!, width], 'float32')
    let to = wasm.getMemoryOffset(out.dataId)
    for (const { dataId, shape } of matrices) {
      kernels.columns(wasm.getMemoryOffset(dataId), shape[1]!, to, width, shape[1]!, height!)
      to += 4 * shape[1]!
    }
    return out
  }

/** The split of the backend with the same fast path: the gradient of the concatenation. */
const apart =
  (kernels: DenseKernels) =>
  (own: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const { x } = call.inputs as unknown as { x: tf.TensorInfo }
    const { axis, numOrSizeSplits } = call.attrs as unknown as tf.SplitVAttrs
    const sizes = numOrSizeSplits as readonly number[]
    const whole = Array.isArray(sizes) && sizes.every((size) => size >= 0)
    if (x.shape.length !== 2 || x.dtype !== 'float32' || (axis !== 1 && axis !== -1) || !whole) return own(call)
    const [height, width] = x.shape as [number, number]
    const wasm = call.backend as WasmBackend
    let from = wasm.getMemoryOffset(x.dataId)
    return sizes.map((size) => {
      const part = wasm.makeOutput([height, size], 'float32')
      kernels.columns(from, width, wasm.getMemoryOffset(part.dataId), size, size, height)
      from += 4 * size
      return part
    })
  }

/** Replaces a kernel of the backend by a wrapped one, once. */
const improve = (kernelName: string, better: (own: tf.KernelFunc) => tf.KernelFunc): void => {
  const own = tf.getKernel(kernelName, 'wasm')
  if (!own || improved.has(own)) return
  tf.unregisterKernel(kernelName, 'wasm')
  const mine = { ...own, kernelFunc: better(own.kernelFunc) }
  tf.registerKernel(mine)
  improved.add(mine)
}

const improved = new WeakSet<tf.KernelConfig>()

/** Registers kernels that the wasm backend lacks (UnsortedSegmentSum) or that are slow; some run on its heap. */
export const completeWasm = (kernels?: DenseKernels): void => {
  if (!tf.getKernel(tf.UnsortedSegmentSum, 'wasm'))
    tf.registerKernel({ kernelName: tf.UnsortedSegmentSum, backendName: 'wasm', kernelFunc: segmentSum })
  improve(tf.GatherV2, gatherRows)
  improve(tf.Transpose, swapAxes)
  improve(tf.Sum, sumRows)
  if (!kernels) return
  improve(tf.Concat, sideBySide(kernels))
  improve(tf.SplitV, apart(kernels))
}
