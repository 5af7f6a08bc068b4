import { withDefaults } from './defaults.js'
import type { DocumentSettings, LibrarySettings } from './settings.js'

/**
 * google-research/ials (Rendle et al., RecSys 2022): every cell has a target 0 with weight α₀, λ (n + α₀ ·
 * catalogue)^ν.
 */
export const ials = (given: LibrarySettings): DocumentSettings => {
  const defaults = {
    ...{ embedding_dim: 16, regularization: 0.0001, regularization_exp: 1, unobserved_weight: 0.1 },
    ...{ stddev: 0.1, epochs: 16 },
  }
  const values = withDefaults('ials', defaults, given)
  if (values.unobserved_weight === 0)
    throw new Error('needs an "unobserved_weight" above 0: without it every score is 1')
  return {
    loss: { type: 'imf/weighted-squares', unobservedWeight: values.unobserved_weight },
    embeddings: {
      dim: values.embedding_dim,
      l2: values.regularization,
      nu: values.regularization_exp,
      init: { type: 'normal', deviation: values.stddev / Math.sqrt(values.embedding_dim) },
    },
    solver: { type: 'imf/als', iterations: values.epochs },
    note: 'the same objective and initialization; give the head no target.',
  }
}
