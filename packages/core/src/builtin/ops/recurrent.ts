import type { KerasText } from '../../contract/keras.js'
import { Type } from '../../contract/type.js'

/** Parameters of recurrent layers. */
export const recurrentParams = {
  units: Type.Integer({ minimum: 1, description: 'width of the state' }),
  returns: Type.Enum(['last', 'sequence'], {
    default: 'last',
    description: 'the last hidden state, or the hidden state after each step',
  }),
}

/** The recurrence of both recurrent layers in Keras. */
export const kerasUnroll: KerasText = {
  name: 'unroll',
  source: `
def unroll(x, step, states, returns):
    """The first state after each step of a sequence, or after the last; a step without mask keeps all states."""
    length = x.tensor.shape[1]
    inputs = ops.transpose(x.tensor, (1, 0, 2))
    mask = ops.ones_like(x.tensor[:, :, 0]) if x.mask is None else x.mask
    present = ops.expand_dims(ops.transpose(mask, (1, 0)), -1)

    def moved(states, here):
        input, seen = here
        after = step(input, states)
        states = [old + seen * (new - old) for old, new in zip(states, after)]
        return states, states[0]

    states, all_states = ops.scan(moved, states, (inputs, present), length=length)
    return Value(states[0]) if returns == "last" else Value(ops.transpose(all_states, (1, 0, 2)), x.mask)
`,
}
