import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { rowsPerTask } from '../kernel.js'
import { PIECE } from '../kernels/rows.js'
import { activeBackend } from '../open.js'
import { gatherRows } from './gatherrows.js'
import { output } from './tensors.js'

const fused = (
  backend: TensorBackend,
  given: readonly [left: tf.Tensor, right: tf.Tensor],
  leftRows: tf.Tensor1D,
  rightRows: tf.Tensor1D,
): tf.Tensor =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [left, right] = all as [tf.Tensor, tf.Tensor]
    const [count, width] = [leftRows.size, left.shape.at(-1)!]
    const out = output(backend, [count, 1])
    const rowBlock = rowsPerTask(width)
    backend.kernels.run('pairDots', Math.ceil(count / rowBlock), {
      ...{ left: backend.place(left), leftRows: backend.place(leftRows), out: out.at },
      ...{ right: backend.place(right), rightRows: backend.place(rightRows), width, count, rowBlock },
    })
    save([left, right, leftRows, rightRows])
    return {
      value: out.tensor,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(backend, saved, dy),
    }
  })(...given)

const gradients = (backend: TensorBackend, saved: readonly tf.Tensor[], dy: tf.Tensor): tf.Tensor[] => {
  const [left, right, leftRows, rightRows] = saved
  const width = left!.shape.at(-1)!
  const [dleft, dright] = [output(backend, left!.shape), output(backend, right!.shape)]
  backend.kernels.run('pairDotsGradient', Math.ceil(width / PIECE), {
    ...{ left: backend.place(left!), leftRows: backend.place(leftRows!), dleft: dleft.at },
    ...{ right: backend.place(right!), rightRows: backend.place(rightRows!), dright: dright.at },
    ...{ dy: backend.place(dy), leftHeight: left!.shape[0]!, rightHeight: right!.shape[0]! },
    ...{ width, count: leftRows!.size, piece: PIECE },
  })
  return [dleft.tensor, dright.tensor]
}

/**
 * ⟨left[leftRows[k]], right[rightRows[k]]⟩ of every pair k, [pairs, 1], without gathering the rows: left [n, width],
 * right [m, width]; rows must be in range. The gradient sums over duplicates, pairs ascending.
 */
export const pairDots = (
  left: tf.Tensor,
  leftRows: tf.Tensor1D,
  right: tf.Tensor,
  rightRows: tf.Tensor1D,
): tf.Tensor => {
  const backend = activeBackend()
  if (backend) return fused(backend, [left, right], leftRows, rightRows)
  return tf.sum(tf.mul(gatherRows(left, leftRows), gatherRows(right, rightRows)), -1, true)
}
