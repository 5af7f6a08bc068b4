import { adagrad as rule } from '@recspec/kernels'
import { Type } from '../../contract/type.js'
import { gradientSolver } from './gradient.js'

/**
 * Adagrad (Duchi et al., JMLR 2011): one accumulator per row of a table (mean of g²), one per component of other
 * weights.
 */
export const adagrad = gradientSolver({
  summary:
    'Adagrad (Duchi et al., JMLR 2011); tables have one accumulator per row, the mean of g² over its components.',
  learningRate: 0.05,
  params: Type.Object({
    epsilon: Type.Number({
      default: 1e-8,
      minimum: 0,
      description: 'added to the root of the accumulator (outside the root, as in PyTorch)',
    }),
    initial: Type.Number({ default: 1e-4, minimum: 0, description: 'initial value of the accumulators' }),
  }),
  optimizer: ({ epsilon, initial }) => ({ tables: rule(epsilon, initial), weights: rule(epsilon, initial, true) }),
  keras: {
    name: 'Adagrad',
    source: `
class Adagrad(Optimizer):
    """Adagrad (Duchi et al., JMLR 2011): one accumulator for each row of a table, one per component elsewhere."""

    slots = ("sum",)

    def initial(self):
        return self.params.initial

    def step(self, gradient, slots, rate, number, table):
        square = ops.square(gradient)
        if table:
            square = ops.mean(square, axis=-1, keepdims=True) * ops.ones_like(square)
        total = slots["sum"] + square
        return rate * gradient / ops.maximum(ops.sqrt(total) + self.params.epsilon, 1e-19), {"sum": total}
`,
  },
})
