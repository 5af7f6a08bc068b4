import { read } from './read.js'
import type { Given, Settings } from './settings.js'

/** Hu, Koren and Volinsky, ICDM 2008: confidence 1 + α r, or 1 + α log(1 + r / ε) where an epsilon is given; plain λ. */
export const hkv = (given: Given): Settings => {
  const defaults = { factors: 100, lambda: 0, alpha: 40, epsilon: 0, iterations: 10 }
  const { factors, lambda, alpha, epsilon, iterations } = read('hkv', defaults, given)
  if (lambda === 0) throw new Error('needs a "lambda" above 0: the paper gives none, it tunes it')
  return {
    loss: { type: 'imf/weighted-squares', alpha, ...(epsilon > 0 && { confidence: 'log', epsilon }) },
    embeddings: { dim: factors, l2: lambda, nu: 0, init: { type: 'normal', deviation: 0.1 / Math.sqrt(factors) } },
    solver: { type: 'imf/als', iterations, method: 'cholesky' },
    note: 'the same objective; r is the target of the head.',
  }
}
