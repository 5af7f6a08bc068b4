import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { rowsPerTask } from '../kernel.js'
import { output } from './tensors.js'

/** The steps of padded sequences that are read, and for every place of a sequence its step among them, or −1; int32. */
export interface Steps {
  readonly places: tf.Tensor1D
  readonly steps: tf.Tensor1D
}

export const stepsOf = (backend: TensorBackend, mask: tf.Tensor): Steps => {
  const read = backend.view(mask)
  const steps = new Int32Array(read.length)
  const places = new Int32Array(read.length)
  let count = 0
  for (let place = 0; place < read.length; place++) {
    if (read[place]! > 0) {
      places[count] = place
      steps[place] = count++
    } else steps[place] = -1
  }
  return { places: tf.tensor1d(places.subarray(0, count), 'int32'), steps: tf.tensor1d(steps, 'int32') }
}

/** Steps that a gradient saved; undefined where every step was read. */
export const stepsFrom = ([places, steps]: readonly tf.Tensor[]): Steps | undefined =>
  places && steps ? { places: places as tf.Tensor1D, steps: steps as tf.Tensor1D } : undefined

/** out[k] = x[rows[k]], zeros where that is negative; x has vectors in its last dimension. */
const take = (backend: TensorBackend, x: tf.Tensor, rows: tf.Tensor1D, shape: readonly number[]): tf.Tensor => {
  const width = x.shape.at(-1)!
  const out = output(backend, shape)
  const rowBlock = rowsPerTask(width)
  backend.kernels.run('gatherRows', Math.ceil(rows.size / rowBlock), {
    ...{ x: backend.place(x), rows: backend.place(rows), out: out.at, width, count: rows.size, rowBlock },
  })
  return out.tensor
}

/** The vectors at the steps that are read: [n, length, width] to [steps, width]; all of them without `steps`. */
export const packedSteps = (backend: TensorBackend, x: tf.Tensor, steps: Steps | undefined): tf.Tensor =>
  steps ? take(backend, x, steps.places, [steps.places.size, x.shape.at(-1)!]) : x

/** The opposite, zeros elsewhere: [steps, width] to [n, length, width]. */
export const paddedSteps = (
  backend: TensorBackend,
  x: tf.Tensor,
  steps: Steps | undefined,
  [n, length]: readonly number[],
): tf.Tensor => (steps ? take(backend, x, steps.steps, [n!, length!, x.shape.at(-1)!]) : x)
