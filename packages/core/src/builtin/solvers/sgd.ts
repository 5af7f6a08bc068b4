import { sgd as rule } from '@recspec/kernels'
import { Type } from '../../contract/type.js'
import { gradientSolver } from './gradient.js'

/** Stochastic gradient descent, optionally with momentum (Polyak, 1964). */
export const sgd = gradientSolver({
  summary:
    'Stochastic gradient descent, optionally with momentum (Polyak, 1964); rows that a step does not read stay and ' +
    'keep their momentum.',
  learningRate: 0.01,
  params: Type.Object({
    momentum: Type.Number({
      default: 0,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'share of the previous step that is added',
    }),
  }),
  optimizer: ({ momentum }) => ({ tables: rule(momentum), weights: rule(momentum) }),
  keras: {
    name: 'SGD',
    source: `
class SGD(Optimizer):
    """Stochastic gradient descent with momentum (Polyak, 1964)."""

    slots = ("momentum",)

    def step(self, gradient, slots, rate, number, table):
        along = gradient + self.params.momentum * slots["momentum"]
        return rate * along, {"momentum": along}
`,
  },
})
