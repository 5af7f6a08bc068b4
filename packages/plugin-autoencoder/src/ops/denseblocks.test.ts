import { expect, test } from 'vitest'
import { denseBlocks } from './denseblocks.js'

test('every dense block adds its map to the outputs of all blocks before it', () => {
  const params = { blocks: 3, units: 8, activation: 'swish', epsilon: 0.1, first: 'given' }
  expect(denseBlocks.expand(params, { x: ['in'] })).toEqual({
    ops: {
      norm1: { type: 'layerNorm', inputs: ['in'], epsilon: 0.1 },
      out1: { type: 'activation', inputs: ['.norm1'], function: 'swish' },
      map2: { type: 'dense', inputs: ['.out1'], units: 8 },
      sum2: { type: 'sum', inputs: ['.map2', '.out1'] },
      norm2: { type: 'layerNorm', inputs: ['.sum2'], epsilon: 0.1 },
      out2: { type: 'activation', inputs: ['.norm2'], function: 'swish' },
      map3: { type: 'dense', inputs: ['.out2'], units: 8 },
      sum3: { type: 'sum', inputs: ['.map3', '.out1', '.out2'] },
      norm3: { type: 'layerNorm', inputs: ['.sum3'], epsilon: 0.1 },
      out3: { type: 'activation', inputs: ['.norm3'], function: 'swish' },
    },
    output: 'out3',
  })
})
