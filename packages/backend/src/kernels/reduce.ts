import { tensorConstants } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { floats, rowsPerTask, sizeOf, type TensorKernelConfig } from '../kernel.js'

const codes = tensorConstants['tensor/reduce']

/** Columns of a task where rows are added. */
const PIECE = 16

/** Reduces x [outer, count, inner] over its middle dimension to `out`. */
export const reduceTo = (
  { kernels }: TensorBackend,
  x: number,
  [outer, count, inner]: readonly [outer: number, count: number, inner: number],
  out: number,
  operation: number = codes.SUM,
): void => {
  const rowBlock = rowsPerTask(count)
  const tasks = inner === 1 ? Math.ceil(outer / rowBlock) : outer * Math.ceil(inner / PIECE)
  kernels.run('reduce', tasks, { x, out, outer, count, inner, operation, rowBlock, piece: PIECE })
}

/** Reductions over neighbouring dimensions; others go to tfjs. */
const config = (name: string, operation: number): TensorKernelConfig => ({
  name,
  run: ({ inputs: { x }, attrs, backend }) => {
    const { axis, reductionIndices, keepDims } = attrs as {
      axis?: number | number[]
      reductionIndices?: number | number[]
      keepDims?: boolean
    }
    if (!floats(x)) return undefined
    const axes = tf.util.parseAxisParam(axis ?? reductionIndices!, x!.shape).sort((a, b) => a - b)
    const [first] = axes
    if (first === undefined || !axes.every((dim, k) => dim === first + k)) return undefined
    const { shape } = x!
    const last = first + axes.length
    const [outer, count, inner] = [shape.slice(0, first), shape.slice(first, last), shape.slice(last)]
    const sizes = [sizeOf(outer), sizeOf(count), sizeOf(inner)] as const
    // of nothing there is no largest number
    if (sizes[1] === 0) return undefined
    const out = backend.output(keepDims ? [...outer, ...count.map(() => 1), ...inner] : [...outer, ...inner])
    reduceTo(backend, backend.place(x!), sizes, backend.place(out), operation)
    return out
  },
})

export const reductions: readonly TensorKernelConfig[] = [
  config(tf.Sum, codes.SUM),
  config(tf.Mean, codes.MEAN),
  config(tf.Max, codes.LARGEST),
  config(tf.Min, codes.SMALLEST),
]
