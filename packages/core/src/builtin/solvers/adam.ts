import { denseAdam, adam as rule } from '@recspec/kernels'
import Type from 'typebox'
import { gradientSolver } from './gradient.js'

/** Adam (Kingma and Ba, ICLR 2015), by default lazy on tables: rows that a step does not read stay, and keep their moments. */
export const adam = gradientSolver({
  summary:
    'Adam (Kingma and Ba, ICLR 2015); rows that a step does not read stay and keep their moments; with "lazy": false they move too.',
  learningRate: 0.001,
  params: Type.Object({
    beta1: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'decay of the mean' }),
    beta2: Type.Number({ default: 0.999, minimum: 0, exclusiveMaximum: 1, description: 'decay of the mean square' }),
    epsilon: Type.Number({ default: 1e-8, minimum: 0, description: 'added under the division' }),
    lazy: Type.Boolean({
      default: true,
      description: 'whether rows that a step does not read stay; otherwise they go on by their moments, as elsewhere',
    }),
  }),
  optimizer: ({ beta1, beta2, epsilon, lazy }) => ({
    tables: (lazy ? rule : denseAdam)(beta1, beta2, epsilon),
    weights: rule(beta1, beta2, epsilon),
  }),
  rejects: ({ beta1, beta2, lazy }) =>
    lazy || beta1 ** 2 < beta2
      ? undefined
      : `needs beta1 squared below beta2 where "lazy" is false, got ${beta1} and ${beta2}`,
})
