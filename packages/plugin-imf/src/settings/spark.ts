import { withDefaults } from './defaults.js'
import type { DocumentSettings, LibrarySettings } from './settings.js'

/**
 * Spark ML, ALS: a penalty of λ n for a row of n ratings. With `implicitPrefs` the confidence is 1 + α |r|, and n
 * counts positives; the numbers of events, users and items are then needed to approximate it.
 */
export const spark = (given: LibrarySettings): DocumentSettings => {
  const defaults = {
    ...{ rank: 10, maxIter: 10, regParam: 0.1, implicitPrefs: false, alpha: 1, nonnegative: false },
    ...{ events: 0, users: 0, items: 0 },
  }
  const { rank, maxIter, regParam, implicitPrefs, alpha, nonnegative, events, users, items } = withDefaults(
    'spark',
    defaults,
    given,
  )
  if (nonnegative) throw new Error('has no counterpart of "nonnegative": vectors have either sign')
  const init = { type: 'normal', deviation: 1 / Math.sqrt(rank) }
  const solver = { type: 'imf/als', iterations: maxIter, method: 'cholesky' }
  if (!implicitPrefs)
    return {
      loss: { type: 'mse' },
      embeddings: { dim: rank, l2: regParam, nu: 1, init },
      solver,
      note: "the same objective: nu 1 is λ times the row's number of ratings.",
    }
  if (!(events > 0 && users > 0 && items > 0))
    throw new Error(
      'needs "events", "users" and "items": with "implicitPrefs" Spark multiplies λ by the events of each row',
    )
  return {
    loss: { type: 'imf/weighted-squares', alpha },
    embeddings: { dim: rank, l2: (regParam * events) / Math.sqrt(users * items), nu: 0, init },
    solver,
    note:
      'Spark multiplies λ by the positives of each row; here l2 is λ times the geometric mean of the positives per ' +
      'user and per item. The objective is the same only where all rows have equally many positives.',
  }
}
