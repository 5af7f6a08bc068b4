import { gradientSolver, Type } from '@recspec/core'
import type { OptimizerReference } from '@recspec/kernels'

/** No state; each number moves by the rate, shrunk near 0 by the softness. */
const rule: OptimizerReference = {
  slots: () => 0,
  initial: () => 0,
  update: ([softness], { values, at, width }, gradient, rate) => {
    for (let z = 0; z < width; z++)
      values[at + z]! -= (rate * gradient[z]!) / Math.max(Math.abs(gradient[z]!) + softness, 1e-30)
  },
}

/** Steps along the sign of the gradient (Bernstein et al., ICML 2018). */
export const signsgd = gradientSolver({
  summary: 'Steps along the sign of the gradient (Bernstein et al., ICML 2018).',
  learningRate: 0.01,
  params: Type.Object({ softness: Type.Number({ default: 1e-6, minimum: 0, description: 'added to the size' }) }),
  optimizer: ({ softness }) => ({ name: 'tucker/signsgd', parameters: [softness, 0, 0], rule }),
})
