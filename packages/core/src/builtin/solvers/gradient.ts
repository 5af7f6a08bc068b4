import Type, { type Static, type TObject } from 'typebox'
import { type Solver, solver } from '../../contract/solver.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { Schedule } from '../../schedule/index.js'
import { gradientDescent, sameExamples } from '../../train/descent.js'
import type { DescentParams } from '../../train/executor.js'
import { fusedPlan } from '../../train/fused/plan.js'
import type { OptimizerRules } from '../../train/optimizer.js'

/** What every gradient solver takes. */
const shared = {
  epochs: Type.Integer({ default: 20, minimum: 1, description: 'passes over the examples' }),
  batchSize: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'examples a step follows the mean of; unless said 1 where the fused kernel can take one at a time, 256 elsewhere',
    }),
  ),
  weightDecay: Type.Optional(
    Type.Number({
      minimum: 0,
      description:
        'before each step, rows that it moves and dense weights shrink by this share, times the rate (Loshchilov and Hutter, ICLR 2019); ' +
        '0 unless said; not part of the objective, as l2 is',
    }),
  ),
  clipNorm: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: 'the longest gradient of a step, over dense weights and rows together; longer ones are scaled to it',
    }),
  ),
  stop: Type.Optional(
    Type.Object(
      {
        metric: Type.String({ description: 'a metric measured on validation rows after every epoch' }),
        patience: Type.Integer({ default: 3, minimum: 1, description: 'epochs without a new best before stopping' }),
      },
      { additionalProperties: false, description: 'early stopping; the best epoch is restored' },
    ),
  ),
}

/** A solver that follows gradients by a rule: `own` are the rule's parameters beside the shared ones, `unfit` says why some make no rule. */
export const gradientSolver = <S extends TObject>(
  summary: string,
  rate: number,
  own: S,
  rule: (params: Static<S>) => OptimizerRules,
  unfit: (params: Static<S>) => string | undefined = () => undefined,
): Solver => {
  const params = Type.Object(
    { learningRate: { ...Schedule, default: rate, description: 'how far a step goes' }, ...shared, ...own.properties },
    { additionalProperties: false },
  )
  return solver({
    summary,
    params,
    kind: 'minimises',
    rejects: (given, { heads }) =>
      sameExamples(heads)
        ? unfit(given as Static<S>)
        : 'trains heads together only when their examples are of one kind (events, rows or cells)',
    validates: (given) => {
      const { stop } = given as { stop?: { metric: string } }
      return stop ? [stop.metric] : []
    },
    plan: (given, problem) => {
      const params = given as unknown as DescentParams
      const plan = fusedPlan(rule(given as Static<S>), params, problem)
      if ('reason' in plan) return `steps on tfjs over gathered rows (${plan.reason})`
      const paced = typeof params.learningRate === 'number' ? '' : ', at one rate for each epoch'
      return plan.batchSize === undefined
        ? `per-example descent in the fused kernel${paced}`
        : `mini-batches of ${plan.batchSize} in the fused kernel`
    },
    fit: (given, problem, program, run) =>
      gradientDescent(rule(given as Static<S>), given as never, problem, program as LoweredProgram, run),
  })
}
