import { Type } from '../../contract/type.js'

/** Parameters of recurrent layers. */
export const recurrentParams = {
  units: Type.Integer({ minimum: 1, description: 'width of the state' }),
  returns: Type.Enum(['last', 'sequence'], {
    default: 'last',
    description: 'the last hidden state, or the hidden state after each step',
  }),
}
