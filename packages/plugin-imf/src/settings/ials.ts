import { read } from './read.js'
import type { Given, Settings } from './settings.js'

/** google-research/ials (Rendle et al., RecSys 2022): every cell pulled to 0, λ (n + α₀ · catalogue)^ν. */
export const ials = (given: Given): Settings => {
  const defaults = {
    ...{ embedding_dim: 16, regularization: 0.0001, regularization_exp: 1, unobserved_weight: 0.1 },
    ...{ stddev: 0.1, epochs: 16 },
  }
  const own = read('ials', defaults, given)
  if (own.unobserved_weight === 0) throw new Error('needs an "unobserved_weight" above 0: without it every score is 1')
  return {
    loss: { type: 'imf/weighted-squares', unobservedWeight: own.unobserved_weight },
    embeddings: {
      dim: own.embedding_dim,
      l2: own.regularization,
      nu: own.regularization_exp,
      init: { type: 'normal', deviation: own.stddev / Math.sqrt(own.embedding_dim) },
    },
    solver: { type: 'imf/als', iterations: own.epochs },
    note: 'the same objective and the same start; leave the head without a target.',
  }
}
