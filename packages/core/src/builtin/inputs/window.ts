import { Type } from '../../contract/type.js'

/** The parameters that say which interactions an input of them reads. */
export const windowParams = {
  before: Type.Optional(
    Type.Enum(['event'], { description: "only interactions before the example's own event; needs times" }),
  ),
  maxLength: Type.Optional(Type.Integer({ minimum: 1, description: 'only the last interactions, at most this many' })),
}
