import { adagrad as rule } from '@recspec/kernels'
import Type from 'typebox'
import { gradientSolver } from './gradient.js'

/** Adagrad (Duchi et al., JMLR 2011): one accumulator a row for tables, one a number for dense weights. */
export const adagrad = gradientSolver({
  summary: 'Adagrad (Duchi et al., JMLR 2011); tables keep one accumulator per row.',
  learningRate: 0.05,
  params: Type.Object({
    epsilon: Type.Number({ default: 1e-8, minimum: 0, description: 'added under the division' }),
    initial: Type.Number({ default: 1e-4, minimum: 0, description: 'start of the accumulators' }),
  }),
  optimizer: ({ epsilon, initial }) => ({ tables: rule(epsilon, initial), weights: rule(epsilon, initial, true) }),
})
