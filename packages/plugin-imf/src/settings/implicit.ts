import { read } from './read.js'
import type { Given, Settings } from './settings.js'

/** benfred/implicit, AlternatingLeastSquares: confidence α r without "1 +", plain λ. */
export const implicit = (given: Given): Settings => {
  const defaults = { factors: 100, regularization: 0.01, alpha: 1, iterations: 15, use_cg: true, cg_steps: 3 }
  const { factors, regularization, alpha, iterations, use_cg, cg_steps } = read('implicit', defaults, given)
  if (alpha < 1)
    throw new Error(
      `cannot weigh what was observed less than what was not: implicit with "alpha" ${alpha} does; it takes 1 or more`,
    )
  return {
    loss: { type: 'imf/weighted-squares', alpha: alpha - 1 },
    embeddings: { dim: factors, l2: regularization, nu: 0, init: { type: 'uniform', limit: 0.01 } },
    solver: { type: 'imf/als', iterations, ...(use_cg ? { method: 'cg', steps: cg_steps } : { method: 'cholesky' }) },
    note:
      `implicit weighs an observation r by α r, here it is 1 + alpha · r: alpha is ${alpha} − 1, the same objective where every ` +
      'r is 1 (leave the head without a target).' +
      (alpha === 1 ? ' With alpha 1 implicit fits all cells alike; consider 10 to 40.' : ''),
  }
}
