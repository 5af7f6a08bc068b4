import { withDefaults } from './defaults.js'
import type { DocumentSettings, LibrarySettings } from './settings.js'

/** LensKit, ImplicitMFScorer: confidence 1 + w r where r is 1 by default, a constant λ (nu 0). */
export const lenskit = (given: LibrarySettings): DocumentSettings => {
  const { user_regularization, item_regularization, ...rest } = given
  const defaults = { embedding_size: 64, regularization: 0.1, weight: 40, use_ratings: false, epochs: 10 }
  const values = withDefaults('lenskit', defaults, rest)
  const sides = withDefaults(
    'lenskit',
    { user_regularization: values.regularization, item_regularization: values.regularization },
    {
      ...(user_regularization !== undefined && { user_regularization }),
      ...(item_regularization !== undefined && { item_regularization }),
    },
  )
  return {
    loss: { type: 'imf/weighted-squares', alpha: values.weight },
    embeddings: {
      dim: values.embedding_size,
      // a‖p‖² + b‖q‖² is √(a b)(‖p′‖² + ‖q′‖²) for tables scaled by inverse factors
      l2: Math.sqrt(sides.user_regularization * sides.item_regularization),
      nu: 0,
      init: { type: 'normal', deviation: 0.01 },
    },
    solver: { type: 'imf/als', iterations: values.epochs, method: 'cholesky' },
    note:
      'the same objective and scores; ' +
      (values.use_ratings ? 'r is the target of the head.' : 'give the head no target, so that every r is 1.'),
  }
}
