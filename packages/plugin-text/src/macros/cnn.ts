import { activationParam, macro, type OpEntry, Type } from '@recspec/core'
import { tableOf, tableParams } from './table.js'

const { dim, ...rest } = tableParams

/**
 * Convolutions of several widths over the vectors of a text's tokens, each filter's maximum over the text (Kim, 2014):
 * a vector [filters · widths], zero for a text without tokens.
 */
export const cnn = macro({
  summary:
    "Convolutions of several widths over the vectors of a text's tokens and the maximum of each filter over the text " +
    '(Kim, EMNLP 2014). Has its own table.',
  params: Type.Object(
    {
      dim,
      filters: Type.Integer({
        minimum: 1,
        maximum: 65_536,
        default: 32,
        description: 'number of filters of each width',
      }),
      widths: Type.Array(Type.Integer({ minimum: 1, maximum: 4096 }), {
        minItems: 1,
        maxItems: 64,
        default: [3, 4, 5],
        description: 'neighboring tokens that a filter reads; the result is `filters` wide for each of them',
      }),
      activation: activationParam('relu', 'activation of the filters'),
      dropout: Type.Number({ default: 0, minimum: 0, exclusiveMaximum: 1, description: 'dropout rate of the result' }),
      ...rest,
    },
    { additionalProperties: false },
  ),
  inputs: { text: 'rows' },
  expand: ({ filters, widths, activation, dropout, ...table }, { text }) => {
    const ops: Record<string, OpEntry> = {}
    widths.forEach((width, index) => {
      const number = index + 1
      ops[`conv${number}`] = { type: 'conv1d', inputs: ['.words'], filters, width, activation }
      ops[`max${number}`] = { type: 'pool', inputs: [`.conv${number}`], by: ['max'] }
    })
    let output = 'max1'
    if (widths.length > 1) {
      ops.features = { type: 'concat', inputs: widths.map((_, index) => `.max${index + 1}`) }
      output = 'features'
    }
    if (dropout > 0) {
      ops.drop = { type: 'dropout', inputs: [`.${output}`], rate: dropout }
      output = 'drop'
    }
    return { embeddings: { words: tableOf(text, table) }, ops, output }
  },
})
