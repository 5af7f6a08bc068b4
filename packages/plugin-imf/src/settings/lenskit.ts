import { read } from './read.js'
import type { Given, Settings } from './settings.js'

/** LensKit, ImplicitMFScorer: confidence 1 + w r with r = 1 unless ratings are used, plain λ. */
export const lenskit = (given: Given): Settings => {
  const { user_regularization, item_regularization, ...rest } = given
  const defaults = { embedding_size: 64, regularization: 0.1, weight: 40, use_ratings: false, epochs: 10 }
  const own = read('lenskit', defaults, rest)
  const sides = read(
    'lenskit',
    { user_regularization: own.regularization, item_regularization: own.regularization },
    {
      ...(user_regularization !== undefined && { user_regularization }),
      ...(item_regularization !== undefined && { item_regularization }),
    },
  )
  return {
    loss: { type: 'imf/weighted-squares', alpha: own.weight },
    embeddings: {
      dim: own.embedding_size,
      // a‖p‖² + b‖q‖² is √(a b)(‖p′‖² + ‖q′‖²) for tables scaled against each other
      l2: Math.sqrt(sides.user_regularization * sides.item_regularization),
      nu: 0,
      init: { type: 'normal', deviation: 0.01 },
    },
    solver: { type: 'imf/als', iterations: own.epochs, method: 'cholesky' },
    note:
      'the same objective and the same scores; ' +
      (own.use_ratings ? 'r is the target of the head.' : 'leave the head without a target, so that every r is 1.'),
  }
}
