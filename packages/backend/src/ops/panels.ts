import type * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { PACKED_DEPTH } from '../kernels/matmul.js'
import { output } from './tensors.js'

/** A matrix [depth, columns], or the transpose of one, in panels of 8 columns: its address. */
export const packed = (backend: TensorBackend, matrix: tf.Tensor, transposed = false): number => {
  const [rows, width] = matrix.shape as [number, number]
  const [depth, columns] = transposed ? [width, rows] : [rows, width]
  const panels = output(backend, [Math.ceil(columns / 8), depth, 8])
  backend.kernels.run('pack', Math.ceil(columns / 64) * Math.ceil(depth / PACKED_DEPTH), {
    depthBlock: PACKED_DEPTH,
    ...{ b: backend.place(matrix), step: transposed ? 4 : 4 * width, column: transposed ? 4 * width : 4, batch: 0 },
    ...{ panels: panels.at, panelsBatch: 0, depth, columns },
  })
  return panels.at
}
