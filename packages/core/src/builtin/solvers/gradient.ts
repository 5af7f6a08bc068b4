import type { Optimizer } from '@recspec/kernels'
import type { Static, TObject } from 'typebox'
import type { KerasText } from '../../contract/keras.js'
import { type Solver, solver } from '../../contract/solver.js'
import { Type } from '../../contract/type.js'
import type { Typed } from '../../contract/typed.js'
import type { ParamsSchema, WrittenProperties } from '../../contract/written.js'
import { trainedMatrices } from '../../graph/matrix.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { Schedule } from '../../schedule/index.js'
import { gradientDescent, sameExamples } from '../../train/descent.js'
import type { DescentParams } from '../../train/executor.js'
import { fusedPlan } from '../../train/fused/plan.js'
import { gradientMemory } from '../../train/memory.js'
import type { OptimizerPair } from '../../train/optimizer.js'

/** Parameters of every gradient solver. */
const shared = {
  epochs: Type.Integer({ default: 20, minimum: 1, description: 'passes over the examples' }),
  batchSize: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 2 ** 31 - 1,
      description:
        'examples of a step (a head may make them sequences); default 1 where the fused kernel can take one at a time, ' +
        '256 elsewhere',
    }),
  ),
  weightDecay: Type.Optional(
    Type.Number({
      minimum: 0,
      description:
        'decoupled weight decay (Loshchilov and Hutter, ICLR 2019): before each step, the rows that it reads and all ' +
        'other weights, biases included, are multiplied by 1 − learningRate · weightDecay; default 0; unlike l2 it ' +
        'is not part of the objective',
    }),
  ),
  clipNorm: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description:
        'global norm clipping: a longer gradient, over dense weights and rows together, is scaled to this norm',
    }),
  ),
  stop: Type.Optional(
    Type.Object(
      {
        metric: Type.With(Type.String({ description: 'the metric, measured on validation rows after each epoch' }), {
          'x-operator': 'metrics',
        }),
        patience: Type.Integer({ default: 3, minimum: 1, description: 'epochs without improvement before stopping' }),
      },
      { additionalProperties: false, description: 'early stopping; the weights of the best epoch are restored' },
    ),
  ),
}

/** An optimizer as `gradientSolver` reads it. */
export interface OptimizerDefinition<S extends TObject = TObject> {
  /** One sentence; with the paper if there is one. */
  readonly summary: string
  /** Default learning rate. */
  readonly learningRate: number
  /** The optimizer's own parameters, in addition to those of every gradient solver. */
  readonly params: S
  /** The update rules for these parameters: one object for all weights, or one for tables and one for dense weights. */
  optimizer(params: Static<S>): Optimizer | OptimizerPair
  /** The same rule in Keras, a class of `Optimizer`. */
  readonly keras?: KerasText
  /** Why these parameters are invalid: a bare sentence. */
  rejects?(params: Static<S>): string | undefined
}

/** Parameters of a gradient solver: its own, and those of all. */
export type GradientParams<S extends TObject> = WrittenProperties<
  { learningRate: typeof Schedule & { readonly default: number } } & typeof shared & S['properties']
>

/**
 * A gradient solver for an optimizer, with batches, epochs, schedules, weight decay, clipping, early stopping and
 * resuming. An optimizer without a kernel trains on tfjs, its `update` run in TypeScript.
 */
export const gradientSolver = <S extends TObject>(
  definition: OptimizerDefinition<S>,
): Typed<'solver', { params: ParamsSchema<GradientParams<S>> }> => {
  const { summary, learningRate, params: own } = definition
  const rule = (params: Static<S>): OptimizerPair => {
    const made = definition.optimizer(params)
    return 'tables' in made ? made : { tables: made, weights: made }
  }
  const invalid = (params: Static<S>) => definition.rejects?.(params)
  const params = Type.Object(
    {
      learningRate: { ...Schedule, default: learningRate, description: 'learning rate, or a schedule' },
      ...shared,
      ...own.properties,
    },
    { additionalProperties: false },
  )
  const made: Solver = solver({
    summary,
    params,
    kind: 'minimises',
    ...(definition.keras ? { keras: definition.keras } : {}),
    rejects: (given, { graph, heads, trains }) => {
      const [matrix] = trainedMatrices(graph, trains)
      if (matrix) return `cannot train the matrix of "${matrix.name}", which a solver in closed form computes`
      return sameExamples(graph, heads)
        ? invalid(given as Static<S>)
        : 'trains heads together only when their examples are of one kind (events, the same positives, rows, cells or ' +
            'sequences of one length)'
    },
    validates: (given) => {
      const { stop } = given as { stop?: { metric: string } }
      return stop ? [stop.metric] : []
    },
    plan: (given, problem) => {
      const params = given as unknown as DescentParams
      const plan = fusedPlan(rule(given as Static<S>), params, problem)
      if ('reason' in plan) {
        const sequences = problem.heads[0]?.examples ? ' sequences' : ''
        return `batches of ${params.batchSize ?? 256}${sequences} on tfjs over gathered rows (${plan.reason})`
      }
      const paced = typeof params.learningRate === 'number' ? '' : ', at one rate for each epoch'
      return plan.batchSize === undefined
        ? `per-example descent in the fused kernel${paced}`
        : `mini-batches of ${plan.batchSize} in the fused kernel`
    },
    memory: (given, problem, sizes) =>
      gradientMemory(rule(given as Static<S>), given as unknown as DescentParams, problem, sizes),
    fit: (given, problem, program, run) =>
      gradientDescent(rule(given as Static<S>), given as never, problem, program as LoweredProgram, run),
  })
  return made as Typed<'solver', { params: ParamsSchema<GradientParams<S>> }>
}
