import { rmsprop as rule } from '@recspec/kernels'
import Type from 'typebox'
import { gradientSolver } from './gradient.js'

/** RMSProp (Tieleman and Hinton, 2012), with momentum if asked. */
export const rmsprop = gradientSolver({
  summary: 'RMSProp (Tieleman and Hinton, 2012), with momentum if asked.',
  learningRate: 0.001,
  params: Type.Object({
    decay: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'of the mean square' }),
    epsilon: Type.Number({ default: 1e-8, minimum: 0, description: 'added under the division' }),
    momentum: Type.Number({
      default: 0,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'share of the last step that is kept',
    }),
  }),
  optimizer: ({ decay, epsilon, momentum }) => ({
    tables: rule(decay, epsilon, momentum),
    weights: rule(decay, epsilon, momentum),
  }),
})
