import Type, { type Static } from 'typebox'

/** Initial values of a weight; `width` is the length of a row of a table, the last size of any other weight. */
export const Init = Type.Union([
  Type.Enum(['zeros', 'ones', 'normal', 'uniform', 'glorot'], { description: 'short for { "type": … }' }),
  Type.Object({ type: Type.Enum(['zeros', 'ones', 'glorot']) }, { additionalProperties: false }),
  Type.Object(
    { type: Type.Literal('normal'), deviation: Type.Optional(Type.Number({ exclusiveMinimum: 0 })) },
    { additionalProperties: false, description: 'normal distribution with mean 0; default deviation 0.1 / √width' },
  ),
  Type.Object(
    { type: Type.Literal('uniform'), limit: Type.Optional(Type.Number({ exclusiveMinimum: 0 })) },
    { additionalProperties: false, description: 'uniform between −limit and limit; default limit 0.1 / √width' },
  ),
  Type.Object(
    { type: Type.Literal('constant'), value: Type.Number() },
    { additionalProperties: false, description: 'the same number for every entry' },
  ),
])
export type Init = Static<typeof Init>

/** A weight that an operator owns; the graph names it `<node>.<weight>`. */
export interface WeightSpec {
  /** All sizes known at compile time. */
  readonly shape: readonly number[]
  /**
   * `target-mean`: the training mean of the target of the heads that read the node, which share one column and scale.
   */
  readonly init: Init | 'target-mean'
  /** Penalty l2 · n^nu · ‖weight‖² with n the number of examples of an epoch; default l2 0, nu 1. */
  readonly l2?: number
  readonly nu?: number
  /** `false`: not trained by gradients (running statistics, constants); default true. */
  readonly trainable?: boolean
}
