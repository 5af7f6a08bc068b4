import { withDefaults } from './defaults.js'
import type { DocumentSettings, LibrarySettings } from './settings.js'

/**
 * Hu, Koren and Volinsky, ICDM 2008: confidence 1 + α r, or 1 + α log(1 + r / ε) with an epsilon; a constant λ (nu 0).
 */
export const hkv = (given: LibrarySettings): DocumentSettings => {
  const defaults = { factors: 100, lambda: 0, alpha: 40, epsilon: 0, iterations: 10 }
  const { factors, lambda, alpha, epsilon, iterations } = withDefaults('hkv', defaults, given)
  if (lambda === 0) throw new Error('needs a "lambda" above 0: the paper tunes it and gives no value')
  return {
    loss: { type: 'imf/weighted-squares', alpha, ...(epsilon > 0 && { confidence: 'log', epsilon }) },
    embeddings: { dim: factors, l2: lambda, nu: 0, init: { type: 'normal', deviation: 0.1 / Math.sqrt(factors) } },
    solver: { type: 'imf/als', iterations, method: 'cholesky' },
    note: 'the same objective; r is the target of the head.',
  }
}
