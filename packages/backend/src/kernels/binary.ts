import { tensorConstants } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { floats, rowsPerTask, type TensorKernelConfig } from '../kernel.js'
import { broadcast, type Dimension } from './broadcast.js'

const codes = tensorConstants['tensor/binary']

/** Numbers of a task where the operands have one row. */
const PIECE = 16384
const NONE: Dimension = { size: 1, a: 0, b: 0 }

/** f(a, b) number by number; undefined where more than four dimensions are broadcast in different ways. */
export const combine = (
  backend: TensorBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  operation: number,
): tf.TensorInfo | undefined => {
  const { shape, dimensions } = broadcast(a.shape, b.shape)
  if (dimensions.length > 4) return undefined
  const [first, second, third, inner] = [NONE, NONE, NONE, NONE, ...dimensions].slice(-4) as [
    Dimension,
    Dimension,
    Dimension,
    Dimension,
  ]
  const out = backend.output(shape)
  const rows = first.size * second.size * third.size
  const rowBlock = rowsPerTask(inner.size, PIECE)
  const tasks = rows === 1 ? Math.ceil(inner.size / PIECE) : Math.ceil(rows / rowBlock)
  backend.kernels.run('binary', tasks, {
    a: backend.place(a),
    b: backend.place(b),
    out: backend.place(out),
    operation,
    inner: inner.size,
    aInner: inner.a,
    bInner: inner.b,
    second: second.size,
    third: third.size,
    aFirst: first.a,
    aSecond: second.a,
    aThird: third.a,
    bFirst: first.b,
    bSecond: second.b,
    bThird: third.b,
    rows,
    rowBlock,
    piece: PIECE,
  })
  return out
}

const config = (name: string, operation: number): TensorKernelConfig => ({
  name,
  run: ({ inputs: { a, b }, backend }) => (floats(a, b) ? combine(backend, a!, b!, operation) : undefined),
})

export const binaryKernels: readonly TensorKernelConfig[] = [
  config(tf.Add, codes.ADD),
  config(tf.Sub, codes.SUBTRACT),
  config(tf.Multiply, codes.MULTIPLY),
  config(tf.RealDiv, codes.DIVIDE),
  config(tf.Maximum, codes.MAXIMUM),
  config(tf.Minimum, codes.MINIMUM),
  config(tf.SquaredDifference, codes.SQUARED_DIFFERENCE),
]
