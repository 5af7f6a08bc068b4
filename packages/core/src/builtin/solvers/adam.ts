import { denseAdam, adam as rule } from '@recspec/kernels'
import { Type } from '../../contract/type.js'
import { gradientSolver } from './gradient.js'

/** Adam (Kingma and Ba, ICLR 2015), by default lazy: rows that a step does not read stay and keep their moments. */
export const adam = gradientSolver({
  summary:
    'Adam (Kingma and Ba, ICLR 2015); by default lazy: rows that a step does not read stay and keep their moments. ' +
    'The only optimizer with "lazy": false, where they move too.',
  learningRate: 0.001,
  params: Type.Object({
    beta1: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'decay of the first moment' }),
    beta2: Type.Number({ default: 0.999, minimum: 0, exclusiveMaximum: 1, description: 'decay of the second moment' }),
    epsilon: Type.Number({
      default: 1e-8,
      minimum: 0,
      description: 'added to the root of the second moment (outside the root, as in PyTorch; Keras: inside)',
    }),
    lazy: Type.Boolean({
      default: true,
      description: '`false`: rows that a step does not read move by their moments too, as in PyTorch and Keras',
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
