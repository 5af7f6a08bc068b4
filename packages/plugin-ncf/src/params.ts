import { Type } from '@recspec/core'

/** Width of a pair of tables. */
export const dim = (value: number, description: string) => Type.Integer({ minimum: 1, default: value, description })

/** Widths of a tower's layers. */
export const units = Type.Array(Type.Integer({ minimum: 1 }), {
  minItems: 1,
  default: [64, 32, 16],
  description: 'widths of the hidden layers',
})

/** Name of what follows every hidden layer. */
export const activation = Type.Enum(
  ['linear', 'relu', 'leakyRelu', 'sigmoid', 'tanh', 'elu', 'selu', 'softplus', 'gelu', 'swish'],
  { default: 'relu', description: 'after every hidden layer' },
)

/** Penalty on tables. */
export const l2 = Type.Number({ minimum: 0, default: 0, description: 'penalty on the rows of the tables' })

/** Exponent of a row's readings in its penalty. */
export const nu = Type.Number({ minimum: 0, default: 1, description: "exponent of a row's count in its penalty" })
