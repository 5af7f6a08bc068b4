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
  keras: {
    name: 'Adam',
    source: `
class Adam(Optimizer):
    """Adam (Kingma and Ba, ICLR 2015), with epsilon outside the root; lazy: unread rows keep value and moments."""

    slots = ("moment", "square")

    def step(self, gradient, slots, rate, number, table):
        beta1, beta2 = self.params.beta1, self.params.beta2
        moment = beta1 * slots["moment"] + (1 - beta1) * gradient
        square = beta2 * slots["square"] + (1 - beta2) * ops.square(gradient)
        root = ops.sqrt(square / (1 - beta2**number))
        size = rate / (1 - beta1**number)
        return size * moment / ops.maximum(root + self.params.epsilon, 1e-19), {"moment": moment, "square": square}

    def lazy(self):
        return self.params.lazy
`,
  },
})
