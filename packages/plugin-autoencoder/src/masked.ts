import { loss, Type, tf } from '@recspec/core'

/** (ŷ − r)² over the observed cells of whole rows (Sedhain et al., WWW 2015). */
export const maskedMse = loss({
  summary: "Squared error of a row's observed cells, and of no others (Sedhain et al., WWW 2015).",
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { score: 'one' },
  rejects: (_, { target }) => (target ? undefined : 'needs a target'),
  examples: () => ({ of: 'row', items: 'own' }),
  apply: (_, { score }, { target }) => tf.squaredDifference(tf.reshape(score.tensor, target!.shape), target!),
  quadratic: () => ({ target: (r) => r, weight: () => 1 }),
})
