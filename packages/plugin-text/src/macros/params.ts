import { Type } from '@recspec/core'

/** Width of a word's vector. */
export const dim = Type.Integer({ minimum: 1, default: 32, description: "width of a word's vector" })

/** Penalty on the rows of words. */
export const l2 = Type.Number({ minimum: 0, default: 0, description: 'penalty on the rows of words' })

/** Exponent of a row's readings in its penalty. */
export const nu = Type.Number({ minimum: 0, default: 1, description: "exponent of a row's count in its penalty" })
