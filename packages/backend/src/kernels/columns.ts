import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { floats, rowsPerTask, sizeOf, type TensorKernelConfig } from '../kernel.js'

/** Columns of a matrix of rows `pitch` numbers apart. */
interface Columns {
  readonly at: number
  readonly pitch: number
}

/** Copies `width` numbers of every row. */
const copyColumns = ({ kernels }: TensorBackend, from: Columns, to: Columns, width: number, rows: number): void => {
  if (width === 0) return
  const rowBlock = rowsPerTask(width)
  kernels.run('columns', Math.ceil(rows / rowBlock), {
    ...{ x: from.at, pitch: 4 * from.pitch, out: to.at, outPitch: 4 * to.pitch, bytes: 4 * width },
    ...{ rows, rowBlock },
  })
}

/** A tensor as a matrix cut at an axis: rows before it, and what a row has of each step along it. */
const cut = (shape: readonly number[], axis: number) => {
  const inner = sizeOf(shape.slice(axis + 1))
  return { rows: sizeOf(shape.slice(0, axis)), inner, width: inner * shape[axis]! }
}

export const concat: TensorKernelConfig = {
  name: tf.Concat,
  run: ({ inputs, attrs, backend }) => {
    const parts = inputs as unknown as readonly tf.TensorInfo[]
    const axis = tf.util.parseAxisParam(attrs['axis'] as number, parts[0]!.shape)[0]!
    if (!floats(...parts)) return undefined
    const shapes = parts.map(({ shape }) => shape)
    tf.backend_util.assertParamsConsistent(shapes, axis)
    const out = backend.output(tf.backend_util.computeOutShape(shapes, axis))
    const { rows, width: pitch } = cut(out.shape, axis)
    let at = backend.place(out)
    for (const part of parts) {
      const { width } = cut(part.shape, axis)
      copyColumns(backend, { at: backend.place(part), pitch: width }, { at, pitch }, width, rows)
      at += 4 * width
    }
    return out
  },
}

export const split: TensorKernelConfig = {
  name: tf.SplitV,
  run: ({ inputs: { x }, attrs, backend }) => {
    const axis = tf.util.parseAxisParam(attrs['axis'] as number, x!.shape)[0]!
    if (!floats(x)) return undefined
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attrs['numOrSizeSplits'] as number[], axis)
    const { rows, inner, width: pitch } = cut(x!.shape, axis)
    let at = backend.place(x!)
    return sizes.map((size) => {
      const part = backend.output(x!.shape.map((dim, k) => (k === axis ? size : dim)))
      const width = inner * size
      copyColumns(backend, { at, pitch }, { at: backend.place(part), pitch: width }, width, rows)
      at += 4 * width
      return part
    })
  },
}

/** What `from` has along an axis from step `at`, `length` steps. */
const sliceAxis = (backend: TensorBackend, from: tf.TensorInfo, axis: number, at: number, length: number) => {
  const { rows, inner, width: pitch } = cut(from.shape, axis)
  const out = backend.output(from.shape.map((dim, k) => (k === axis ? length : dim)))
  const place = backend.place(from) + 4 * inner * at
  const width = inner * length
  copyColumns(backend, { at: place, pitch }, { at: backend.place(out), pitch: width }, width, rows)
  return out
}

/** A tensor with `before` and `after` steps of a number along an axis. */
const padAxis = (
  backend: TensorBackend,
  from: tf.TensorInfo,
  axis: number,
  before: number,
  after: number,
  value: number,
) => {
  const { rows, inner, width } = cut(from.shape, axis)
  const out = backend.output(from.shape.map((dim, k) => (k === axis ? before + dim + after : dim)))
  const at = backend.place(out)
  backend.kernels.float32(at, sizeOf(out.shape)).fill(value)
  const to = { at: at + 4 * inner * before, pitch: width + inner * (before + after) }
  copyColumns(backend, { at: backend.place(from), pitch: width }, to, width, rows)
  return out
}

/** Takes a step for each axis; the results between the first and the last are freed. */
const axisByAxis = (
  backend: TensorBackend,
  x: tf.TensorInfo,
  axes: readonly number[],
  step: (from: tf.TensorInfo, axis: number) => tf.TensorInfo,
): tf.TensorInfo =>
  axes.reduce((from, axis) => {
    const to = step(from, axis)
    if (from !== x) backend.disposeData(from.dataId)
    return to
  }, x)

export const slice: TensorKernelConfig = {
  name: tf.Slice,
  run: ({ inputs: { x }, attrs, backend }) => {
    const { begin, size } = attrs as { begin: number | number[]; size: number | number[] }
    if (!floats(x) || x!.shape.length === 0) return undefined
    const [from, sizes] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size)
    tf.slice_util.assertParamsValid(x as tf.Tensor, from!, sizes!)
    const axes = sizes!.flatMap((length, axis) => (length === x!.shape[axis] ? [] : [axis]))
    return axisByAxis(backend, x!, axes.length > 0 ? axes : [0], (part, axis) =>
      sliceAxis(backend, part, axis, from![axis]!, sizes![axis]!),
    )
  },
}

export const pad: TensorKernelConfig = {
  name: tf.PadV2,
  run: ({ inputs: { x }, attrs, backend }) => {
    const { paddings, constantValue } = attrs as { paddings: [number, number][]; constantValue: number }
    if (!floats(x) || x!.shape.length === 0) return undefined
    const axes = paddings.flatMap(([before, after], axis) => (before + after > 0 ? [axis] : []))
    return axisByAxis(backend, x!, axes.length > 0 ? axes : [0], (part, axis) =>
      padAxis(backend, part, axis, ...paddings[axis]!, constantValue),
    )
  },
}
