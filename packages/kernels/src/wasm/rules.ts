import type { Rule } from '../kernels.js'
import { steps } from '../rules/index.js'
import type { Call } from './pool.js'

/** Codes of assembly/rules/index.ts. */
const codes: Readonly<Record<Rule['name'], number>> = { sgd: 0, adagrad: 1, adam: 2, rmsprop: 3, denseAdam: 4 }

/** What a rule corrects its moments by at a step; zeros for rules that correct nothing. */
export const powers = (rule: Rule, step: number): readonly [number, number] =>
  steps[rule.name].powers?.(rule.parameters, step) ?? [0, 0]

/** The call that puts a rule in force at a step. */
export const follow = (rule: Rule, rate: number, step: number): Call => {
  const [first, second] = powers(rule, step)
  return { kernel: 'follow', args: [codes[rule.name], ...rule.parameters, rate / (1 - first), 1 / (1 - second)] }
}
