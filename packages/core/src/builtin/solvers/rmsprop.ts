import { rmsprop as rule } from '@recspec/kernels'
import { Type } from '../../contract/type.js'
import { gradientSolver } from './gradient.js'

/** RMSProp (Tieleman and Hinton, 2012), optionally with momentum. */
export const rmsprop = gradientSolver({
  summary:
    'RMSProp (Tieleman and Hinton, 2012), optionally with momentum; rows that a step does not read stay and keep ' +
    'their state.',
  learningRate: 0.001,
  params: Type.Object({
    decay: Type.Number({
      default: 0.9,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'decay of the mean of squared gradients',
    }),
    epsilon: Type.Number({
      default: 1e-8,
      minimum: 0,
      description: 'added to the root of the mean square (outside the root, as in PyTorch; Keras: inside)',
    }),
    momentum: Type.Number({
      default: 0,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'share of the previous step that is added',
    }),
  }),
  optimizer: ({ decay, epsilon, momentum }) => ({
    tables: rule(decay, epsilon, momentum),
    weights: rule(decay, epsilon, momentum),
  }),
  keras: {
    name: 'RMSProp',
    source: `
class RMSProp(Optimizer):
    """RMSProp (Tieleman and Hinton, 2012) with momentum, and epsilon outside the root."""

    slots = ("square", "momentum")

    def step(self, gradient, slots, rate, number, table):
        square = self.params.decay * slots["square"] + (1 - self.params.decay) * ops.square(gradient)
        along = gradient / ops.maximum(ops.sqrt(square) + self.params.epsilon, 1e-19)
        along = along + self.params.momentum * slots["momentum"]
        return rate * along, {"square": square, "momentum": along}
`,
  },
})
