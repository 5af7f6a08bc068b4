import type { FitOptions } from '../../contract/solver.js'
import type { Problem } from '../../graph/problem.js'
import type { LoweredProgram } from '../../program/lowered.js'
import type { DescentParams, Executor } from '../executor.js'
import type { OptimizerPair } from '../optimizer.js'
import { minibatchExecutor } from './minibatches.js'
import { fusedPlan } from './plan.js'
import { strataExecutor } from './strata.js'
import { fusedTraining } from './training.js'

/** The executor on the fused kernel; undefined where the phase trains on tfjs. */
export const fusedExecutor = (
  optimizer: OptimizerPair,
  params: DescentParams,
  problem: Problem,
  program: LoweredProgram,
  run: FitOptions,
): Executor | undefined => {
  const plan = fusedPlan(optimizer, params, problem)
  if ('reason' in plan) return undefined
  const training = fusedTraining(optimizer, plan, problem, program, run)
  return plan.batchSize === undefined ? strataExecutor(training) : minibatchExecutor(training, plan.batchSize)
}
