import * as tf from '@tensorflow/tfjs-core'
import type { KerasText } from '../../contract/keras.js'
import { Type } from '../../contract/type.js'

const sqrtHalf = Math.SQRT1_2

/** Elementwise functions by the names that documents use; leakyRelu has slope 0.2 below 0, gelu is exact (by erf). */
export const activations = {
  linear: (x: tf.Tensor): tf.Tensor => x,
  relu: (x: tf.Tensor): tf.Tensor => tf.relu(x),
  leakyRelu: (x: tf.Tensor): tf.Tensor => tf.sub(tf.relu(x), tf.mul(tf.relu(tf.neg(x)), 0.2)),
  sigmoid: (x: tf.Tensor): tf.Tensor => tf.sigmoid(x),
  tanh: (x: tf.Tensor): tf.Tensor => tf.tanh(x),
  elu: (x: tf.Tensor): tf.Tensor => tf.elu(x),
  selu: (x: tf.Tensor): tf.Tensor => tf.selu(x),
  softplus: (x: tf.Tensor): tf.Tensor => softplus(x),
  gelu: (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, sqrtHalf)), 1)),
  swish: (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.sigmoid(x)),
} as const

/** The same in Keras. */
export const kerasActivations: KerasText = {
  name: 'activations',
  source: `
activations = {
    "linear": lambda x: x,
    "relu": ops.relu,
    "leakyRelu": lambda x: ops.relu(x) - 0.2 * ops.relu(-x),
    "sigmoid": ops.sigmoid,
    "tanh": ops.tanh,
    "elu": ops.elu,
    "selu": ops.selu,
    "softplus": ops.softplus,
    "gelu": lambda x: 0.5 * x * (ops.erf(x * 0.7071067811865476) + 1),
    "swish": lambda x: x * ops.sigmoid(x),
}
`,
}

/** The name of an activation. */
export type Activation = keyof typeof activations

/** The schema of a parameter that names an activation, with its default. */
export const activationParam = (
  standard: Activation,
  description = 'elementwise activation of the output; leakyRelu has slope 0.2 below 0, gelu is exact',
) => Type.Enum(Object.keys(activations) as Activation[], { default: standard, description })

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|): exact in both tails, with gradient σ(x) everywhere. */
export const softplus = (x: tf.Tensor): tf.Tensor =>
  tf.customGrad((...given) => {
    const [logits, save] = given as unknown as [tf.Tensor, tf.GradSaveFunc]
    save([logits])
    return {
      value: tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, tf.sigmoid(saved!)),
    }
  })(x)
