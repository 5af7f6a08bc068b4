import type * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { operand, pack } from '../kernels/matmul.js'
import { output } from './tensors.js'

/** A matrix [depth, columns], or the transpose of one, in panels of 8 columns: its address. */
export const packed = (backend: TensorBackend, matrix: tf.Tensor, transposed = false): number => {
  const [rows, width] = matrix.shape as [number, number]
  const [depth, columns] = transposed ? [width, rows] : [rows, width]
  const panels = output(backend, [Math.ceil(columns / 8), depth, 8])
  pack(backend.kernels, operand(backend.place(matrix), depth, columns, transposed), depth, columns, panels.at)
  return panels.at
}
