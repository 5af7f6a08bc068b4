import { adam as rule } from '@recspec/kernels'
import Type from 'typebox'
import { gradientSolver } from './descent.js'

/** Adam (Kingma and Ba, ICLR 2015), lazy on tables: rows that a step does not read keep their moments. */
export const adam = gradientSolver(
  'Adam (Kingma and Ba, ICLR 2015); rows that a step does not read keep their moments.',
  0.001,
  Type.Object({
    beta1: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'decay of the mean' }),
    beta2: Type.Number({ default: 0.999, minimum: 0, exclusiveMaximum: 1, description: 'decay of the mean square' }),
    epsilon: Type.Number({ default: 1e-8, minimum: 0, description: 'added under the division' }),
  }),
  ({ beta1, beta2, epsilon }) => ({ tables: rule(beta1, beta2, epsilon), weights: rule(beta1, beta2, epsilon) }),
)
