import { sgd as rule } from '@recspec/kernels'
import Type from 'typebox'
import { gradientSolver } from './gradient.js'

/** Stochastic gradient descent, with momentum if asked (Polyak, 1964). */
export const sgd = gradientSolver({
  summary: 'Stochastic gradient descent, with momentum if asked (Polyak, 1964).',
  learningRate: 0.01,
  params: Type.Object({
    momentum: Type.Number({
      default: 0,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'share of the last step that is kept',
    }),
  }),
  optimizer: ({ momentum }) => ({ tables: rule(momentum), weights: rule(momentum) }),
})
