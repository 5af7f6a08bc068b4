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
    count, units = len(states), states[0].shape[-1]
    mask = ops.ones_like(x.tensor[:, :, 0]) if x.mask is None else x.mask
    steps = ops.transpose(ops.concatenate([x.tensor, ops.expand_dims(mask, -1)], axis=-1), (1, 0, 2))

    def moved(before, here):
        after = step(here[:, :-1], [before[:, at * units : (at + 1) * units] for at in range(count)])
        kept = before + here[:, -1:] * (ops.concatenate(after, axis=-1) - before)
        return kept, kept

    last, each = ops.scan(moved, ops.concatenate(states, axis=-1), steps)
    return Value(last[:, :units]) if returns == "last" else Value(ops.transpose(each, (1, 0, 2))[:, :, :units], x.mask)
`,
}
