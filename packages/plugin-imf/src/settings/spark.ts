import { read } from './read.js'
import type { Given, Settings } from './settings.js'

/**
 * Spark ML, ALS: λ n of each row. Ratings are fitted as they are; with `implicitPrefs` confidence is 1 + α |r|, and n counts
 * positives, for which the numbers of events, users and items have to be given.
 */
export const spark = (given: Given): Settings => {
  const defaults = {
    ...{ rank: 10, maxIter: 10, regParam: 0.1, implicitPrefs: false, alpha: 1, nonnegative: false },
    ...{ events: 0, users: 0, items: 0 },
  }
  const { rank, maxIter, regParam, implicitPrefs, alpha, nonnegative, events, users, items } = read(
    'spark',
    defaults,
    given,
  )
  if (nonnegative) throw new Error('has no counterpart of "nonnegative": factors take either sign')
  const init = { type: 'normal', deviation: 1 / Math.sqrt(rank) }
  const solver = { type: 'imf/als', iterations: maxIter, method: 'cholesky' }
  if (!implicitPrefs)
    return {
      loss: { type: 'mse' },
      embeddings: { dim: rank, l2: regParam, nu: 1, init },
      solver,
      note: "the same objective: λ times the row's number of ratings is nu 1.",
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
      'Spark multiplies λ by the positives of each row, here a row counts all its cells: l2 is λ times the mean number of ' +
      'positives of users and items (geometric), the same objective only where rows are equally long.',
  }
}
