import * as tf from '@tensorflow/tfjs-core'
import { TRACE_BACKEND } from '../kernel.js'

/** Sequences of a task. */
export const SEQUENCES = 16

/** The last state of every sequence, [n, length, units] to [n, units]: a masked step carries the state over. */
export const lastOf = (states: tf.Tensor): tf.Tensor => {
  const [n, length, units] = states.shape as [number, number, number]
  return tf.reshape(tf.slice(states, [0, length - 1, 0], [n, 1, units]), [n, units])
}

/**
 * Unrolls a recurrent layer over a sequence, first step first: `step` maps an input [n, …] and the states [n, units] to
 * the next states, of which the first is the output. Where the mask is 0 the states are carried over.
 */
export const unroll = (
  steps: tf.Tensor,
  mask: tf.Tensor | undefined,
  start: readonly tf.Tensor[],
  last: boolean,
  step: (input: tf.Tensor, states: readonly tf.Tensor[]) => readonly tf.Tensor[],
): tf.Tensor => {
  const inputs = tf.unstack(steps, 1)
  const masks = mask && tf.unstack(tf.expandDims(mask, -1), 1)
  // a trace holds for sequences of all lengths: its numbers are nobody's
  const lengths = mask && tf.getBackend() !== TRACE_BACKEND ? readers(mask) : undefined
  const given: tf.Tensor[] = []
  let states = start
  inputs.forEach((input, place) => {
    const reading = lengths?.[place]
    // steps masked in every sequence are skipped, except the first, so that every weight has a gradient
    if (reading !== 0 || place === 0) {
      const before = states
      const next = step(input, before)
      const seen = reading === input.shape[0] ? undefined : masks?.[place]
      states = seen ? next.map((state, k) => tf.add(before[k]!, tf.mul(tf.sub(state, before[k]!), seen))) : next
    }
    given.push(states[0]!)
  })
  return last ? states[0]! : tf.stack(given, 1)
}

/** Number of sequences that have each step. */
const readers = (mask: tf.Tensor): number[] => {
  const [n, length] = mask.shape as [number, number]
  const values = mask.dataSync()
  return Array.from({ length }, (_, place) => {
    let count = 0
    for (let row = 0; row < n; row++) if (values[row * length + place]! > 0) count++
    return count
  })
}
