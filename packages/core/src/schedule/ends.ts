import { Type } from '../contract/type.js'

/** The first and last value of a schedule. */
export const ends = {
  from: Type.Number({ minimum: 0, description: 'value at the start' }),
  to: Type.Number({ minimum: 0, description: 'value at the end and after it' }),
}
