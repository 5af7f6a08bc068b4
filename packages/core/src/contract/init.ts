import Type, { type Static } from 'typebox'

/** How a weight starts; sizes are those of one row for a table, of the whole weight otherwise. */
export const Init = Type.Union([
  Type.Enum(['zeros', 'ones', 'normal', 'uniform', 'glorot'], { description: 'short for { "type": … }' }),
  Type.Object({ type: Type.Enum(['zeros', 'ones', 'glorot']) }, { additionalProperties: false }),
  Type.Object(
    { type: Type.Literal('normal'), deviation: Type.Optional(Type.Number({ exclusiveMinimum: 0 })) },
    { additionalProperties: false, description: 'Gaussian; deviation 0.1 / √width unless said' },
  ),
  Type.Object(
    { type: Type.Literal('uniform'), limit: Type.Optional(Type.Number({ exclusiveMinimum: 0 })) },
    { additionalProperties: false, description: 'uniform in ±limit; 0.1 / √width unless said' },
  ),
  Type.Object(
    { type: Type.Literal('constant'), value: Type.Number() },
    { additionalProperties: false, description: 'the same number everywhere' },
  ),
])
export type Init = Static<typeof Init>

/** A weight that an operator owns; the graph names it `<node>.<weight>`. */
export interface WeightSpec {
  /** All sizes known at compile time. */
  readonly shape: readonly number[]
  /** `target-mean`: the training mean of the target of the one head the node reaches. */
  readonly init: Init | 'target-mean'
  /** Penalty on the weight, with the number of examples of a pass as its count. */
  readonly l2?: number
  readonly nu?: number
  /** `false`: never learned by gradient (running statistics, constants). */
  readonly trainable?: boolean
}
