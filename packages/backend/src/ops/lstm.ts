import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { activeBackend } from '../open.js'
import { affineForward, kernelGradient, productGradients } from './affine.js'
import { packed } from './panels.js'
import { lastOf, SEQUENCES, unroll } from './recurrent.js'
import { packedSteps, paddedSteps, stepsFrom, stepsOf } from './steps.js'
import { columnSums, output } from './tensors.js'

/** Weights of a long short-term memory; gates are in the order i f c o. */
export interface LstmWeights {
  /** [dim, 4 units] */
  readonly kernel: tf.Tensor
  /** [units, 4 units] */
  readonly recurrent: tf.Tensor
  /** [4 units] */
  readonly bias: tf.Tensor
}

const fused = (
  backend: TensorBackend,
  x: tf.Tensor,
  mask: tf.Tensor | undefined,
  weights: LstmWeights,
  last: boolean,
): tf.Tensor =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [from, kernel, recurrent, bias] = all as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    const [sequences, length] = from.shape as [number, number]
    const [units] = recurrent.shape as [number]
    // padding is not multiplied
    const steps = mask && stepsOf(backend, mask)
    const read = packedSteps(backend, from, steps)
    const gates = paddedSteps(backend, affineForward(backend, read, kernel, bias, false), steps, from.shape)
    const [states, cells, before] = [0, 1, 2].map(() => output(backend, [sequences, length, units]))
    backend.kernels.run('lstm', Math.ceil(sequences / SEQUENCES), {
      ...{ gates: backend.place(gates), recurrent: packed(backend, recurrent), mask: mask ? backend.place(mask) : 0 },
      ...{ states: states!.at, cells: cells!.at, before: before!.at, sequences, length, units, rowBlock: SEQUENCES },
    })
    const lists = mask && steps ? [mask, steps.places, steps.steps] : []
    save([read, kernel, recurrent, gates, cells!.tensor, before!.tensor, ...lists])
    return {
      value: last ? lastOf(states!.tensor) : states!.tensor,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(backend, saved, dy, last),
    }
  })(x, weights.kernel, weights.recurrent, weights.bias)

const gradients = (backend: TensorBackend, saved: readonly tf.Tensor[], dy: tf.Tensor, last: boolean): tf.Tensor[] => {
  const [x, kernel, recurrent, gates, cells, before, mask, ...lists] = saved
  const steps = stepsFrom(lists)
  const [sequences, length, units] = cells!.shape as [number, number, number]
  const dgates = output(backend, gates!.shape)
  backend.kernels.run('lstmGradient', Math.ceil(sequences / SEQUENCES), {
    ...{ gates: backend.place(gates!), cells: backend.place(cells!), mask: mask ? backend.place(mask) : 0 },
    ...{ transposed: packed(backend, recurrent!, true), dstates: backend.place(dy), dgates: dgates.at },
    ...{ carried: output(backend, [sequences, 2 * units]).at, sequences, length, units },
    ...{ rowBlock: SEQUENCES, last: last ? 1 : 0 },
  })
  const slopes = packedSteps(backend, dgates.tensor, steps)
  const { dx, dkernel } = productGradients(backend, x!, kernel!, slopes)
  const drecurrent = kernelGradient(backend, packedSteps(backend, before!, steps), recurrent!, slopes)
  return [paddedSteps(backend, dx, steps, before!.shape), dkernel, drecurrent, columnSums(backend, slopes)]
}

/** Of operations of tfjs. */
const composed = (
  x: tf.Tensor,
  mask: tf.Tensor | undefined,
  { kernel, recurrent, bias }: LstmWeights,
  last: boolean,
): tf.Tensor => {
  const [n, length, dim] = x.shape as [number, number, number]
  const [units, width] = recurrent.shape as [number, number]
  const steps = tf.reshape(tf.add(tf.matMul(tf.reshape(x, [-1, dim]), kernel), bias), [n, length, width])
  const zeros = tf.zeros([n, units])
  return unroll(steps, mask, [zeros, zeros], last, (input, [h, c]) => {
    const [i, f, candidate, o] = tf.split(tf.add(input, tf.matMul(h!, recurrent)), 4, -1) as tf.Tensor[]
    const kept = tf.mul(tf.sigmoid(tf.add(f!, 1)), c!)
    const cell = tf.add(kept, tf.mul(tf.sigmoid(i!), tf.tanh(candidate!)))
    return [tf.mul(tf.sigmoid(o!), tf.tanh(cell)), cell]
  })
}

/**
 * The states of a long short-term memory (Hochreiter and Schmidhuber, 1997) over x [n, length, dim]: [n, length,
 * units], or the last, [n, units]. A constant 1 is added inside the forget gate; where the mask [n, length] is 0 the
 * state is carried over.
 */
export const lstm = (x: tf.Tensor, mask: tf.Tensor | undefined, weights: LstmWeights, last: boolean): tf.Tensor => {
  const backend = activeBackend()
  return backend && x.size > 0 ? fused(backend, x, mask, weights, last) : composed(x, mask, weights, last)
}
