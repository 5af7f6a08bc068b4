import { Type } from '@recspec/core'

/** The width of a pair of tables. */
export const dim = (value: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 65_536, default: value, description })

/** The widths of the hidden layers of a perceptron. */
export const units = Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), {
  minItems: 1,
  maxItems: 64,
  default: [64, 32, 16],
  description: 'widths of the hidden layers',
})

/** The activation after every hidden layer. */
export const activation = Type.Enum(
  ['linear', 'relu', 'leakyRelu', 'sigmoid', 'tanh', 'elu', 'selu', 'softplus', 'gelu', 'swish'],
  { default: 'relu', description: 'activation after every hidden layer' },
)

/** The penalty on the rows of the tables. */
export const l2 = Type.Number({
  minimum: 0,
  maximum: 1e9,
  default: 0,
  description: 'penalty on the rows of the tables',
})

/** The exponent of a row's count in its penalty. */
export const nu = Type.Number({
  minimum: 0,
  maximum: 4,
  default: 1,
  description: "exponent of a row's count in its penalty",
})
