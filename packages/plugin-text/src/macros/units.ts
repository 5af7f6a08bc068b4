import { Type } from '@recspec/core'

/** The width of the state of a recurrent encoder. */
export const units = Type.Integer({ minimum: 1, maximum: 65_536, default: 16, description: 'width of the result' })
