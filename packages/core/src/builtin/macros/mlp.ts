import { macro, type OpEntry } from '../../contract/layer.js'
import { Type } from '../../contract/type.js'
import { activationParam } from '../ops/activations.js'

/** A stack of dense layers on the concatenated inputs, each optionally with normalization and dropout. */
export const mlp = macro({
  summary: 'A stack of dense layers on the concatenated inputs, optionally with normalization and dropout.',
  params: Type.Object(
    {
      units: Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 1000,
        description: 'widths of the layers',
      }),
      activation: activationParam('relu', 'activation of each layer (leakyRelu has slope 0.2, gelu is exact)'),
      last: Type.Enum(['activation', 'linear'], {
        default: 'activation',
        description: '`linear`: the last layer has neither activation, normalization nor dropout',
      }),
      normalize: Type.Enum(['none', 'batch', 'layer'], {
        default: 'none',
        description: 'normalization between each affine map and its activation',
      }),
      dropout: Type.Union(
        [
          Type.Number({ minimum: 0, exclusiveMaximum: 1 }),
          Type.Array(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), { minItems: 1 }),
        ],
        { default: 0, description: 'dropout rate after each layer; a list has one rate per layer' },
      ),
      l2: Type.Number({ default: 0, minimum: 0, description: 'l2 penalty on the kernels (not on biases)' }),
      nu: Type.Number({ default: 1, description: 'exponent of the number of examples in the l2 penalty' }),
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
