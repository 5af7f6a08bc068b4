import { activationParam, macro, type OpEntry, Type } from '@recspec/core'

/**
 * Dense blocks with layer normalization: every block adds its affine map to those of all blocks before it, normalizes
 * the sum and applies the activation (the encoder of RecVAE; Shenbin et al., WSDM 2020).
 */
export const denseBlocks = macro({
  summary:
    'Dense blocks: each normalizes the sum of its affine map and the outputs of all earlier blocks (Shenbin et al., ' +
    'WSDM 2020).',
  params: Type.Object(
    {
      blocks: Type.Integer({ default: 5, minimum: 1, maximum: 100, description: 'number of blocks' }),
      units: Type.Integer({ minimum: 1, description: 'width of every block' }),
      activation: activationParam('swish'),
      epsilon: Type.Number({ default: 0.1, exclusiveMinimum: 0, description: 'of the layer normalization' }),
      first: Type.Enum(['affine', 'given'], {
        default: 'affine',
        description: '`given`: the input is the affine map of the first block already, such as a bag of a history',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'joined' },
  expand: ({ blocks, units, activation, epsilon, first }, { x }) => {
    const ops: Record<string, OpEntry> = {}
    let before: readonly string[] = x
    const outputs: string[] = []
    for (let block = 1; block <= blocks; block++) {
      const given = block === 1 && first === 'given'
      if (!given) ops[`map${block}`] = { type: 'dense', inputs: before, units }
      const map = given ? x : [`.map${block}`]
      if (outputs.length > 0) ops[`sum${block}`] = { type: 'sum', inputs: [...map, ...outputs] }
      ops[`norm${block}`] = { type: 'layerNorm', inputs: outputs.length > 0 ? [`.sum${block}`] : map, epsilon }
      ops[`out${block}`] = { type: 'activation', inputs: [`.norm${block}`], function: activation }
      before = [`.out${block}`]
      outputs.push(`.out${block}`)
    }
    return { ops, output: `out${blocks}` }
  },
})
