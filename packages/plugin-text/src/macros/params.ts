import { Type } from '@recspec/core'

/** The width of a word's vector. */
export const dim = Type.Integer({ minimum: 1, maximum: 65_536, default: 32, description: "width of a word's vector" })

/** The penalty on the rows of words. */
export const l2 = Type.Number({ minimum: 0, maximum: 1e9, default: 0, description: 'penalty on the rows of words' })

/** The exponent of a row's count in its penalty. */
export const nu = Type.Number({
  minimum: 0,
  maximum: 4,
  default: 1,
  description: "exponent of a row's count in its penalty",
})
