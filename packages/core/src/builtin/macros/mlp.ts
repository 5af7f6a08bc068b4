import Type from 'typebox'
import { macro, type OpEntry } from '../../contract/layer.js'
import { activationParam } from '../ops/activations.js'

/** A stack of dense layers on the joined inputs, each normalised and thinned out if asked. */
export const mlp = macro({
  summary: 'A stack of dense layers on the joined inputs.',
  params: Type.Object(
    {
      units: Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 1000,
        description: 'widths of the layers',
      }),
      activation: activationParam('relu', 'after every layer'),
      last: Type.Enum(['activation', 'linear'], {
        default: 'activation',
        description: '`linear`: the last layer is a plain affine map',
      }),
      normalize: Type.Enum(['none', 'batch', 'layer'], {
        default: 'none',
        description: 'between each affine map and its activation',
      }),
      dropout: Type.Union(
        [
          Type.Number({ minimum: 0, exclusiveMaximum: 1 }),
          Type.Array(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), { minItems: 1 }),
        ],
        { default: 0, description: 'share set to 0 after each layer in training; a list has one for each layer' },
      ),
      l2: Type.Number({ default: 0, minimum: 0, description: 'penalty on the kernels' }),
      nu: Type.Number({ default: 1, description: 'exponent of the number of examples in the penalty' }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'joined' },
  expand: ({ units, activation, last, normalize, dropout, l2, nu }, { x }) => {
    if (Array.isArray(dropout) && dropout.length !== units.length)
      throw new Error(`needs one dropout for each layer, got ${dropout.length} for ${units.length} layers`)
    const ops: Record<string, OpEntry> = {}
    let output = ''
    let inputs = x
    const add = (name: string, entry: Omit<OpEntry, 'inputs'> & { type: string }) => {
      ops[name] = { ...entry, inputs }
      inputs = [`.${name}`]
      output = name
    }
    units.forEach((size, index) => {
      const number = index + 1
      const plain = last === 'linear' && number === units.length
      const normalizes = normalize !== 'none' && !plain
      add(`hidden${number}`, {
        type: 'dense',
        units: size,
        activation: normalizes || plain ? 'linear' : activation,
        ...(l2 > 0 ? { l2, nu } : {}),
      })
      if (normalizes) {
        add(`norm${number}`, { type: normalize === 'batch' ? 'batchNorm' : 'layerNorm' })
        if (activation !== 'linear') add(`act${number}`, { type: 'activation', function: activation })
      }
      const rate = Array.isArray(dropout) ? dropout[index]! : dropout
      if (rate > 0 && !plain) add(`drop${number}`, { type: 'dropout', rate })
    })
    return { ops, output }
  },
})
