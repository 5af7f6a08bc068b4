import { withDefaults } from './defaults.js'
import type { DocumentSettings, LibrarySettings } from './settings.js'

/**
 * Spark ML, ALS: a penalty of λ n for a row of n ratings. With `implicitPrefs` the confidence is 1 + α |r|, and n
 * counts positives, as `"counted": "observed"` does.
 */
export const spark = (given: LibrarySettings): DocumentSettings => {
  const defaults = { rank: 10, maxIter: 10, regParam: 0.1, implicitPrefs: false, alpha: 1, nonnegative: false }
  const { rank, maxIter, regParam, implicitPrefs, alpha, nonnegative } = withDefaults('spark', defaults, given)
  if (nonnegative) throw new Error('has no counterpart of "nonnegative": vectors have either sign')
  const init = { type: 'normal', deviation: 1 / Math.sqrt(rank) }
  return {
    loss: implicitPrefs ? { type: 'imf/weighted-squares', alpha, counted: 'observed' } : { type: 'mse' },
    embeddings: { dim: rank, l2: regParam, nu: 1, init },
    solver: { type: 'imf/als', iterations: maxIter, method: 'cholesky' },
    note: `the same objective: nu 1 is λ times the row's number of ${implicitPrefs ? 'positives' : 'ratings'}.`,
  }
}
