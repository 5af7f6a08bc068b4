import { optimizerCodes } from '../boundary.generated.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import { type Arguments, type Call, call } from './calls.js'

/** beta1 and beta2 to the power of a step; zeros for optimizers without bias correction. */
export const betaPowers = ({ rule, parameters }: Optimizer, step: number): readonly [number, number] =>
  rule.betaPowers?.(parameters, step) ?? [0, 0]

/** The arguments that set the optimizer of an instance for a step; the optimizer has a kernel. */
export const optimizerArguments = (optimizer: Optimizer, rate: number, step: number): Arguments<'setOptimizer'> => {
  const [a, b, c] = optimizer.parameters
  const [first, second] = betaPowers(optimizer, step)
  return { optimizer: optimizerCodes[optimizer.kernel!], a, b, c, size: rate / (1 - first), scale: 1 / (1 - second) }
}

/** The call that sets the optimizer of a thread for a step. */
export const setOptimizer = (optimizer: Optimizer, rate: number, step: number): Call =>
  call('setOptimizer', optimizerArguments(optimizer, rate, step))
