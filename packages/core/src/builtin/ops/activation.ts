import Type from 'typebox'
import { layer } from '../../contract/layer.js'
import { activationParam, activations } from './activations.js'
import { identity } from './vjp.js'

/** A function of each number by itself. */
export const activation = layer({
  summary: 'A function of each number by itself.',
  params: Type.Object({ function: activationParam('relu', 'which function') }, { additionalProperties: false }),
  inputs: { x: 'one' },
  shape: (_, { x }) => x,
  form: (params) => (params.function === 'linear' ? identity : undefined),
  outputsProbability: (params) => params.function === 'sigmoid',
  apply: (params, { x }) => ({ ...x, tensor: activations[params.function](x.tensor) }),
})
