import * as tf from '@tensorflow/tfjs-core'
import Type from 'typebox'
import type { Value } from '../../contract/value.js'

/** Parameters of layers that read a sequence step by step. */
export const recurrentParams = {
  units: Type.Integer({ minimum: 1, description: 'width of the state' }),
  returns: Type.Enum(['last', 'sequence'], {
    default: 'last',
    description: 'the last state, or the state after each step',
  }),
}

/**
 * Reads a sequence from its first step: `step` makes new states [n, units] of a step's input and the states before, the
 * first of them being what the layer gives. Where the mask is 0 the states are carried over.
 */
export const unroll = (
  steps: tf.Tensor,
  mask: tf.Tensor | undefined,
  start: readonly tf.Tensor[],
  returns: 'last' | 'sequence',
  step: (input: tf.Tensor, states: readonly tf.Tensor[]) => readonly tf.Tensor[],
): Value => {
  const inputs = tf.unstack(steps, 1)
  const masks = mask && tf.unstack(tf.expandDims(mask, -1), 1)
  const given: tf.Tensor[] = []
  let states = start
  inputs.forEach((input, place) => {
    const before = states
    const next = step(input, before)
    const seen = masks?.[place]
    states = seen ? next.map((state, k) => tf.add(before[k]!, tf.mul(tf.sub(state, before[k]!), seen))) : next
    given.push(states[0]!)
  })
  if (returns === 'last') return { tensor: states[0]! }
  return mask ? { tensor: tf.stack(given, 1), mask } : { tensor: tf.stack(given, 1) }
}
