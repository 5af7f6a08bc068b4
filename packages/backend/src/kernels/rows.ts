import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { floats, rowsPerTask, sizeOf, type TensorKernelConfig } from '../kernel.js'

/** Columns of a task where rows are added. */
export const PIECE = 16

/** out[k] = x[rows[k]] at `out`; throws where a row is outside. */
export const gatherTo = (
  backend: TensorBackend,
  x: tf.TensorInfo,
  indices: tf.TensorInfo,
  width: number,
  out: number,
): void => {
  const rows = backend.view(indices) as unknown as Int32Array
  const height = x.shape[0]!
  for (const row of rows) if (row < 0 || row >= height) throw new Error(`row ${row} is not in [0, ${height - 1}]`)
  const rowBlock = rowsPerTask(width)
  const job = { x: backend.place(x), rows: backend.place(indices), out, width, count: rows.length, rowBlock }
  backend.kernels.run('gatherRows', Math.ceil(rows.length / rowBlock), job)
}

export const gather: TensorKernelConfig = {
  name: tf.GatherV2,
  run: ({ inputs: { x, indices }, attrs, backend }) => {
    const { axis, batchDims } = attrs as { axis: number; batchDims: number }
    if (axis !== 0 || batchDims !== 0 || !floats(x) || indices!.dtype !== 'int32') return undefined
    const rest = x!.shape.slice(1)
    const out = backend.output([...indices!.shape, ...rest])
    gatherTo(backend, x!, indices!, sizeOf(rest), backend.place(out))
    return out
  },
}

/** Sums rows by segment; rows of a segment outside [0, segments) are left out, as tfjs does. */
export const segmentSum: TensorKernelConfig = {
  name: tf.UnsortedSegmentSum,
  run: ({ inputs: { x, segmentIds }, attrs, backend }) => {
    const { numSegments } = attrs as { numSegments: number }
    const ids = segmentIds!
    const { shape } = x!
    if (!floats(x) || ids.dtype !== 'int32' || ids.shape.length !== 1) return undefined
    const rows = backend.view(ids) as unknown as Int32Array
    if (rows.some((row) => row >= numSegments)) return undefined
    const rest = shape.slice(1)
    const width = sizeOf(rest)
    const out = backend.output([numSegments, ...rest])
    backend.kernels.run('scatterRows', Math.ceil(width / PIECE), {
      x: backend.place(x!),
      rows: backend.place(ids),
      out: backend.place(out),
      width,
      count: rows.length,
      height: numSegments,
      piece: PIECE,
    })
    return out
  },
}
