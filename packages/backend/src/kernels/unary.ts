import { tensorConstants } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { type Call, floats, type TensorKernelConfig } from '../kernel.js'

const codes = tensorConstants['tensor/unary']

/** f of every number of a tensor. */
export const map = (
  backend: TensorBackend,
  x: tf.TensorInfo,
  operation: number,
  first = 0,
  second = 0,
): tf.TensorInfo => {
  const out = backend.output(x.shape)
  const count = tf.util.sizeFromShape(x.shape)
  const job = { x: backend.place(x), out: backend.place(out), count, operation, first, second }
  backend.kernels.run('unary', Math.ceil(count / codes.UNARY_BLOCK), job)
  return out
}

/** A kernel of one input; `parameters` reads those of f from the attributes. */
const config = (
  name: string,
  operation: number,
  parameters: (attrs: Call['attrs']) => readonly number[] = () => [],
): TensorKernelConfig => ({
  name,
  run: ({ inputs: { x }, attrs, backend }) =>
    floats(x) ? map(backend, x!, operation, ...(parameters(attrs) as [number?, number?])) : undefined,
})

/** Activations by the names that fused operations of tfjs use. */
export const unary: Readonly<Record<string, (backend: TensorBackend, x: tf.TensorInfo) => tf.TensorInfo>> = {
  elu: (backend, x) => map(backend, x, codes.ELU),
  sigmoid: (backend, x) => map(backend, x, codes.SIGMOID),
  relu6: (backend, x) => map(backend, x, codes.CLIP, 0, 6),
}

export const unaryKernels: readonly TensorKernelConfig[] = [
  config(tf.Neg, codes.NEGATE),
  config(tf.Abs, codes.ABSOLUTE),
  config(tf.Square, codes.SQUARE),
  config(tf.Sqrt, codes.SQUARE_ROOT),
  config(tf.Reciprocal, codes.RECIPROCAL),
  config(tf.Rsqrt, codes.RECIPROCAL_ROOT),
  config(tf.Exp, codes.EXPONENTIAL),
  config(tf.Log, codes.LOGARITHM),
  config(tf.Sigmoid, codes.SIGMOID),
  config(tf.Tanh, codes.TANH),
  config(tf.Relu, codes.RELU),
  config(tf.Relu6, codes.CLIP, () => [0, 6]),
  config(tf.Step, codes.STEP, ({ alpha }) => [alpha as number]),
  config(tf.Softplus, codes.SOFTPLUS),
  config(tf.ClipByValue, codes.CLIP, ({ clipValueMin, clipValueMax }) => [
    clipValueMin as number,
    clipValueMax as number,
  ]),
  config(tf.LeakyRelu, codes.LEAKY_RELU, ({ alpha }) => [alpha as number]),
  config(tf.Elu, codes.ELU),
  config(tf.Floor, codes.FLOOR),
  config(tf.Ceil, codes.CEILING),
]

export const fill: TensorKernelConfig = {
  name: tf.Fill,
  run: ({ attrs, backend }) => {
    const { shape, value, dtype } = attrs as unknown as { shape: number[]; value: unknown; dtype?: tf.DataType }
    if (typeof value !== 'number' || (dtype ?? 'float32') !== 'float32') return undefined
    const out = backend.output(shape)
    const count = tf.util.sizeFromShape(shape)
    const at = backend.place(out)
    const job = { x: at, out: at, count, operation: codes.FILL, first: value, second: 0 }
    backend.kernels.run('unary', Math.ceil(count / codes.UNARY_BLOCK), job)
    return out
  },
}
