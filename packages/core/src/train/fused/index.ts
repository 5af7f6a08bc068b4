import type { FitOptions } from '../../contract/solver.js'
import type { Problem } from '../../graph/problem.js'
import type { LoweredProgram } from '../../program/lowered.js'
import type { DescentParams, Executor } from '../executor.js'
import type { OptimizerPair } from '../optimizer.js'
import { minibatchExecutor } from './minibatches.js'
import { fusedPlan } from './plan.js'
import { strataExecutor } from './strata.js'
import { fusedTraining } from './training.js'

/** Descent by the fused kernel, or undefined where the plan is another. */
export const fusedExecutor = (
  rule: OptimizerPair,
  params: DescentParams,
  problem: Problem,
  program: LoweredProgram,
  run: FitOptions,
): Executor | undefined => {
  const plan = fusedPlan(rule, params, problem)
  if ('reason' in plan) return undefined
  const training = fusedTraining(rule, plan, problem, program, run)
  return plan.batchSize === undefined ? strataExecutor(training) : minibatchExecutor(training, plan.batchSize)
}
