import { type LayerCase, testPlugin } from '@recspec/testing'
import { builtin } from '../../src/builtin/index.js'
import { activations } from '../../src/builtin/ops/activations.js'

const sequence = { x: ['length', 4] } as const
const vector = { x: [4] } as const

const convolutions = [1, 2, 3].flatMap((stride) =>
  (['same', 'causal'] as const).map((padding): LayerCase => {
    const params = { filters: 3, width: 1 + stride, stride, padding, activation: 'tanh', useBias: stride < 3 }
    return { params, inputs: sequence }
  }),
)

const recurrent = (['last', 'sequence'] as const).flatMap((returns): LayerCase[] => [
  { params: { units: 3, returns }, inputs: sequence },
  { params: { units: 2, returns }, inputs: { x: [3, 2] } },
])

testPlugin(
  { name: '', apiVersion: 1, layers: builtin.layers! },
  {
    layers: {
      activation: {
        cases: [
          ...Object.keys(activations).map((name) => ({ params: { function: name }, inputs: vector })),
          { params: { function: 'gelu' }, inputs: sequence },
        ],
      },
      attention: {
        cases: [
          { params: { blocks: 1, heads: 2, causal: true, dropout: 0.4 }, inputs: sequence },
          { params: { blocks: 2, heads: 2, causal: true, dropout: 0 }, inputs: sequence },
          { params: { blocks: 1, heads: 1, causal: false, dropout: 0 }, inputs: { x: [2, 3] } },
        ],
      },
      conv1d: { cases: convolutions },
      dense: {
        cases: [
          { params: { units: 3 }, inputs: { x: [[4], [2]] } },
          { params: { units: 2, useBias: false }, inputs: vector },
          { params: { units: 3, activation: 'tanh', l2: 0.1 }, inputs: sequence },
        ],
        invalid: [{ params: { units: 0 }, inputs: vector, message: 'expected' }],
      },
      gru: { cases: recurrent },
      hadamard: { cases: [{ inputs: { vectors: [[3], [3]] } }, { inputs: { vectors: [[2], [2], [2]] } }] },
      lstm: { cases: recurrent },
      pool: {
        cases: [
          { params: { by: ['mean', 'max', 'sum', 'last'] }, inputs: sequence },
          { params: { by: ['last', 'mean', 'sum'] }, inputs: sequence },
          { params: { by: ['max', 'last'] }, inputs: { x: [3, 2] } },
          { params: { by: ['sum', 'mean', 'last'], returns: 'sequence' }, inputs: sequence },
        ],
      },
      residual: {
        cases: [
          { inputs: { base: [3], branches: [[3], [2], [4]] } },
          { params: { gate: true }, inputs: { base: [3], branches: [[2], [3]] } },
        ],
      },
      sum: {
        cases: [
          { inputs: { vectors: [[4], [1], [4]] } },
          { params: { weights: [0.5, -2] }, inputs: { vectors: [[1], [3]] } },
        ],
      },
    },
  },
)
