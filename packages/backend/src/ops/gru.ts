import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { activeBackend } from '../open.js'
import { affineForward, kernelGradient, productGradients } from './affine.js'
import { packed } from './panels.js'
import { lastOf, SEQUENCES, unroll } from './recurrent.js'
import { packedSteps, paddedSteps, stepsFrom, stepsOf } from './steps.js'
import { columnSums, output } from './tensors.js'

/** Weights of a gated recurrent unit; gates are in the order z r n. */
export interface GruWeights {
  /** [dim, 3 units] */
  readonly kernel: tf.Tensor
  /** [units, 3 units] */
  readonly recurrent: tf.Tensor
  /** [3 units] */
  readonly bias: tf.Tensor
  /** [3 units] */
  readonly recurrentBias: tf.Tensor
}

const fused = (
  backend: TensorBackend,
  x: tf.Tensor,
  mask: tf.Tensor | undefined,
  weights: GruWeights,
  last: boolean,
): tf.Tensor =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [from, kernel, recurrent, bias, recurrentBias] = all as tf.Tensor[]
    const [sequences, length] = from!.shape as [number, number]
    const [units] = recurrent!.shape as [number]
    // padding is not multiplied
    const steps = mask && stepsOf(backend, mask)
    const read = packedSteps(backend, from!, steps)
    const gates = paddedSteps(backend, affineForward(backend, read, kernel!, bias, false), steps, from!.shape)
    const products = output(backend, gates.shape)
    const [states, before] = [0, 1].map(() => output(backend, [sequences, length, units]))
    backend.kernels.run('gru', Math.ceil(sequences / SEQUENCES), {
      ...{ gates: backend.place(gates), products: products.at, recurrent: packed(backend, recurrent!) },
      ...{ recurrentBias: backend.place(recurrentBias!), mask: mask ? backend.place(mask) : 0 },
      ...{ states: states!.at, before: before!.at, sequences, length, units, rowBlock: SEQUENCES },
    })
    const lists = mask && steps ? [mask, steps.places, steps.steps] : []
    save([read, kernel!, recurrent!, gates, products.tensor, before!.tensor, ...lists])
    return {
      value: last ? lastOf(states!.tensor) : states!.tensor,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(backend, saved, dy, last),
    }
  })(x, weights.kernel, weights.recurrent, weights.bias, weights.recurrentBias)

const gradients = (backend: TensorBackend, saved: readonly tf.Tensor[], dy: tf.Tensor, last: boolean): tf.Tensor[] => {
  const [x, kernel, recurrent, gates, products, before, mask, ...lists] = saved
  const steps = stepsFrom(lists)
  const [sequences, length, units] = before!.shape as [number, number, number]
  const [dgates, dproducts] = [output(backend, gates!.shape), output(backend, gates!.shape)]
  backend.kernels.run('gruGradient', Math.ceil(sequences / SEQUENCES), {
    ...{ gates: backend.place(gates!), products: backend.place(products!), before: backend.place(before!) },
    ...{ mask: mask ? backend.place(mask) : 0, transposed: packed(backend, recurrent!, true) },
    ...{ dstates: backend.place(dy), dgates: dgates.at, dproducts: dproducts.at },
    ...{ carried: output(backend, [sequences, units]).at, sequences, length, units },
    ...{ rowBlock: SEQUENCES, last: last ? 1 : 0 },
  })
  const [slopes, productSlopes] = [dgates, dproducts].map(({ tensor }) => packedSteps(backend, tensor, steps))
  const { dx, dkernel } = productGradients(backend, x!, kernel!, slopes!)
  const drecurrent = kernelGradient(backend, packedSteps(backend, before!, steps), recurrent!, productSlopes!)
  const biases = [columnSums(backend, slopes!), columnSums(backend, productSlopes!)]
  return [paddedSteps(backend, dx, steps, before!.shape), dkernel, drecurrent, ...biases]
}

/** Of operations of tfjs. */
const composed = (
  x: tf.Tensor,
  mask: tf.Tensor | undefined,
  { kernel, recurrent, bias, recurrentBias }: GruWeights,
  last: boolean,
): tf.Tensor => {
  const [n, length, dim] = x.shape as [number, number, number]
  const [units, width] = recurrent.shape as [number, number]
  const steps = tf.reshape(tf.add(tf.matMul(tf.reshape(x, [-1, dim]), kernel), bias), [n, length, width])
  return unroll(steps, mask, [tf.zeros([n, units])], last, (input, [h]) => {
    const [zx, rx, nx] = tf.split(input, 3, -1) as tf.Tensor[]
    const [zh, rh, nh] = tf.split(tf.add(tf.matMul(h!, recurrent), recurrentBias), 3, -1) as tf.Tensor[]
    const update = tf.sigmoid(tf.add(zx!, zh!))
    const candidate = tf.tanh(tf.add(nx!, tf.mul(tf.sigmoid(tf.add(rx!, rh!)), nh!)))
    return [tf.add(candidate, tf.mul(update, tf.sub(h!, candidate)))]
  })
}

/**
 * The states of a gated recurrent unit (Cho et al., 2014; the reset gate after the recurrent product) over x [n,
 * length, dim]: [n, length, units], or the last, [n, units]. Where the mask [n, length] is 0 the state is carried over.
 */
export const gru = (x: tf.Tensor, mask: tf.Tensor | undefined, weights: GruWeights, last: boolean): tf.Tensor => {
  const backend = activeBackend()
  return backend && x.size > 0 ? fused(backend, x, mask, weights, last) : composed(x, mask, weights, last)
}
