import type { DenseKernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { product } from './gradients.js'
import type { WasmBackend } from './heap.js'

/** Activations that are fused with the affine map before them. */
export type Fused = 'linear' | 'relu'

const FORWARD = 'RecspecDense'
const BACKWARD = 'RecspecDenseGradient'

/** Largest kernel matrix, in numbers, for our wasm kernels; above it the blocked product of tfjs is faster. */
const LARGEST = 65536

/** f(x K + b) of each row, or of each vector of a sequence, as one op with one gradient. */
export const affine = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | undefined, activation: Fused): tf.Tensor =>
  tf.engine().runKernel(FORWARD, { x, kernel, ...(bias ? { bias } : {}) }, { activation }) as tf.Tensor

interface Inputs {
  readonly x: tf.Tensor
  readonly kernel: tf.Tensor
  readonly bias?: tf.Tensor
}

/** Number of input vectors, their width, and the output width. */
const sizes = ({ x, kernel }: { x: tf.TensorInfo; kernel: tf.TensorInfo }, activation: Fused) => {
  const [from, to] = kernel.shape as [number, number]
  return { rows: tf.util.sizeFromShape(x.shape) / from, from, to, relu: activation === 'relu' }
}

const flat = (x: tf.Tensor, width: number): tf.Tensor => (x.shape.length === 2 ? x : tf.reshape(x, [-1, width]))

/** Composed of tfjs operations. */
const forwardOf = ({ x, kernel, bias }: Inputs, activation: Fused): tf.Tensor =>
  tf.tidy(() => {
    const [from, to] = kernel.shape as [number, number]
    const sums = tf.matMul(flat(x, from), kernel)
    const moved = bias ? tf.add(sums, bias) : sums
    const out = activation === 'relu' ? tf.relu(moved) : moved
    return x.shape.length === 2 ? out : tf.reshape(out, [...x.shape.slice(0, -1), to])
  })

const gradientsOf = (
  { x, kernel, y, dy }: { x: tf.Tensor; kernel: tf.Tensor; y: tf.Tensor; dy: tf.Tensor },
  activation: Fused,
): Record<string, () => tf.Tensor> => {
  const [from, to] = kernel.shape as [number, number]
  const slope = flat(activation === 'relu' ? tf.mul(dy, tf.step(y)) : dy, to)
  return {
    x: () => tf.reshape(product(slope, kernel, false, true), x.shape),
    kernel: () => product(flat(x, from), slope, true, false),
    bias: () => tf.sum(slope, 0),
  }
}

const onWasm = (
  kernels: DenseKernels,
): Readonly<
  Record<'forward' | 'backward', (call: Parameters<tf.KernelFunc>[0]) => tf.TensorInfo | tf.TensorInfo[]>
> => {
  return {
    forward: ({ inputs, attrs, backend }) => {
      const wasm = backend as WasmBackend
      const at = (info: tf.TensorInfo) => wasm.getMemoryOffset(info.dataId)
      const { x, kernel, bias } = inputs as unknown as Inputs
      const { activation } = attrs as unknown as { activation: Fused }
      const layer = sizes({ x, kernel }, activation)
      const out = wasm.makeOutput([...x.shape.slice(0, -1), layer.to], 'float32')
      kernels.forward(layer, at(x), at(kernel), bias ? at(bias) : 0, at(out))
      return out
    },
    backward: ({ inputs, attrs, backend }) => {
      const wasm = backend as WasmBackend
      const at = (info: tf.TensorInfo) => wasm.getMemoryOffset(info.dataId)
      const { x, kernel, y, dy } = inputs as unknown as Record<'x' | 'kernel' | 'y' | 'dy', tf.TensorInfo>
      const { activation } = attrs as unknown as { activation: Fused }
      const layer = sizes({ x, kernel }, activation)
      const dx = wasm.makeOutput(x.shape, 'float32')
      const dkernel = wasm.makeOutput(kernel.shape, 'float32')
      const dbias = wasm.makeOutput([layer.to], 'float32')
      const transposed = wasm.makeOutput([layer.to, layer.from], 'float32')
      const slope = layer.relu ? wasm.makeOutput(y.shape, 'float32') : dy
      const results = { dx: at(dx), dkernel: at(dkernel), dbias: at(dbias) }
      kernels.backward(layer, {
        ...{ x: at(x), kernel: at(kernel), y: at(y), dy: at(dy) },
        ...{ slope: at(slope), transposed: at(transposed), ...results },
      })
      wasm.disposeData(transposed.dataId)
      if (layer.relu) wasm.disposeData(slope.dataId)
      return [dx, dkernel, dbias]
    },
  }
}

const gradFunc: tf.GradFunc = (dy, saved, attrs) => {
  const [x, kernel, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
  const { activation } = attrs as unknown as { activation: Fused }
  const given = { x, kernel, y, dy: dy as tf.Tensor }
  if (!tf.getKernel(BACKWARD, tf.getBackend()) || kernel.size > LARGEST) return gradientsOf(given, activation)
  const [dx, dkernel, dbias] = tf.engine().runKernel(BACKWARD, given, { activation }) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ]
  return { x: () => dx, kernel: () => dkernel, bias: () => dbias }
}

/** Registers the op and its gradient for a backend; uses our wasm kernels where given. */
export const registerDense = (backendName: string, kernels?: DenseKernels): void => {
  if (tf.getKernel(FORWARD, backendName)) return
  const own = kernels && onWasm(kernels)
  const kernelFunc: tf.KernelFunc = (call) => {
    const { kernel } = call.inputs as unknown as Inputs
    if (own && tf.util.sizeFromShape(kernel.shape) <= LARGEST) return own.forward(call)
    return forwardOf(call.inputs as unknown as Inputs, (call.attrs as unknown as { activation: Fused }).activation)
  }
  tf.registerKernel({ kernelName: FORWARD, backendName, kernelFunc })
  if (own) tf.registerKernel({ kernelName: BACKWARD, backendName, kernelFunc: own.backward })
  if (!tf.getGradient(FORWARD))
    tf.registerGradient({ kernelName: FORWARD, inputsToSave: ['x', 'kernel'], outputsToSave: [true], gradFunc })
}
