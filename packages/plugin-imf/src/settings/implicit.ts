import { withDefaults } from './defaults.js'
import type { DocumentSettings, LibrarySettings } from './settings.js'

/** benfred/implicit, AlternatingLeastSquares: confidence α r without "1 +", a constant λ (nu 0). */
export const implicit = (given: LibrarySettings): DocumentSettings => {
  const defaults = { factors: 100, regularization: 0.01, alpha: 1, iterations: 15, use_cg: true, cg_steps: 3 }
  const { factors, regularization, alpha, iterations, use_cg, cg_steps } = withDefaults('implicit', defaults, given)
  if (alpha < 1)
    throw new Error(
      `needs an "alpha" of 1 or more, got ${alpha}: observed cells cannot weigh less than unobserved ones`,
    )
  return {
    loss: { type: 'imf/weighted-squares', alpha: alpha - 1 },
    embeddings: { dim: factors, l2: regularization, nu: 0, init: { type: 'uniform', limit: 0.01 } },
    solver: { type: 'imf/als', iterations, ...(use_cg ? { method: 'cg', steps: cg_steps } : { method: 'cholesky' }) },
    note:
      `implicit gives an observed r the weight α r, recspec 1 + alpha · r: with alpha ${alpha} − 1 the objective is ` +
      'the same where every r is 1 (give the head no target).' +
      (alpha === 1 ? ' With alpha 1 implicit weighs all cells alike; consider 10 to 40.' : ''),
  }
}
