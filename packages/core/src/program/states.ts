import { gatherRows } from '@recspec/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { Value } from '../contract/value.js'
import type { Sequences } from './batch.js'
import { runningMean, runningSum } from './running.js'

/** The states of the user entries of a batch: from values at every step, [sequences, length, …], to [entries, …]. */
export const statesOf = ({ tensor }: Value, state: tf.Tensor1D): Value => {
  const [sequences, length, ...shape] = tensor.shape as [number, number, ...number[]]
  return { tensor: gatherRows(tf.reshape(tensor, [sequences * length, ...shape]), state) }
}

/** The indices that `statesOf` gathers by. */
export const stateIndex = ({ state }: Sequences): tf.Tensor1D => tf.tensor1d(state, 'int32')

/** The mean or sum of the rows up to each step of a sequence. */
export const runningBag = ({ tensor, mask }: Value, combine: 'mean' | 'sum'): Value => {
  const present = tf.expandDims(mask!, -1)
  return { tensor: combine === 'sum' ? runningSum(tf.mul(tensor, present)) : runningMean(tensor, present) }
}
