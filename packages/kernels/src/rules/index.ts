import type { Rule } from '../kernels.js'
import { adagradStep } from './adagrad.js'
import { adamStep } from './adam.js'
import { denseAdamStep } from './denseadam.js'
import type { Follow } from './follow.js'
import { rmspropStep } from './rmsprop.js'
import { sgdStep } from './sgd.js'

export { adagrad } from './adagrad.js'
export { adam } from './adam.js'
export { denseAdam, drifts, MOST_STEPS } from './denseadam.js'
export { rmsprop } from './rmsprop.js'
export { sgd } from './sgd.js'

/** The steps by the name of their rule. */
export const steps: Readonly<Record<Rule['name'], Follow>> = {
  sgd: sgdStep,
  adagrad: adagradStep,
  adam: adamStep,
  denseAdam: denseAdamStep,
  rmsprop: rmspropStep,
}

/** Numbers of state that a row of `width` needs under a rule. */
export const slots = (rule: Rule, width: number): number => steps[rule.name].slots(rule.parameters, width)

/** Whether a step moves rows that it does not read. */
export const movesUnread = (rule: Rule): boolean => steps[rule.name].missed !== undefined

/** What every number of state starts as: 0, or Adagrad's initial accumulator. */
export const initialState = (rule: Rule): number => steps[rule.name].initial(rule.parameters)
