import type { Static } from 'typebox'
import { Type } from './type.js'

/** Initial values of a weight; `width` is the length of a row of a table, the last size of any other weight. */
const inits = [
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
] as const
export const Init = Type.Union([...inits])
export type Init = Static<typeof Init>

/** Rows of a table that start as pretrained vectors of the data; those without a vector start as "normal". */
export const VectorsInit = Type.Object(
  {
    type: Type.Literal('vectors'),
    name: Type.String({ minLength: 1, maxLength: 300, description: 'of the vectors in the data' }),
    normalize: Type.Optional(Type.Enum(['none', 'l2'], { description: '`l2`: each vector is L2-normalized' })),
  },
  { additionalProperties: false, description: 'pretrained vectors; rows without one start as "normal"' },
)
export type VectorsInit = Static<typeof VectorsInit>

/** Initial values of a table. */
export const TableInit = Type.Union([...inits, VectorsInit])
export type TableInit = Init | VectorsInit

/** Whether the rows of a table start as pretrained vectors. */
export const startsAsVectors = (init: unknown): init is VectorsInit =>
  typeof init === 'object' && init !== null && 'type' in init && init.type === 'vectors'

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
