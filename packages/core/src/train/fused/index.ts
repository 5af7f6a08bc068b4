import type { Run } from '../../contract/solver.js'
import type { Problem } from '../../graph/problem.js'
import type { LoweredProgram } from '../../program/lowered.js'
import type { DescentParams, Executor } from '../executor.js'
import type { GradientRule } from '../rule.js'
import { batches } from './batches.js'
import { fusedPlan } from './plan.js'
import { strata } from './strata.js'
import { fusedTraining } from './training.js'

/** Descent by the fused kernel, or undefined where the plan is another. */
export const fusedExecutor = (
  rule: GradientRule,
  params: DescentParams,
  problem: Problem,
  program: LoweredProgram,
  run: Run,
): Executor | undefined => {
  const plan = fusedPlan(rule, params, problem)
  if ('reason' in plan) return undefined
  const training = fusedTraining(rule, plan, problem, program, run)
  return plan.batchSize === undefined ? strata(training) : batches(training, plan.batchSize)
}
