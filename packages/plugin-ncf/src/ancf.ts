import { macro, Type } from '@recspec/core'
import { embeddingEntry } from './embedding.js'
import { activation, dim, l2, nu, units } from './params.js'

/** Additive neural collaborative filtering: p · q + f([s, t]), f a perceptron with its own tables; a score [1]. */
export const ancf = macro({
  summary: 'Additive neural collaborative filtering: p · q + f([s, t]), where f is a perceptron. Has its own tables.',
  params: Type.Object(
    {
      dim: dim(16, 'width of p and q'),
      deepDim: dim(16, 'width of s and t'),
      units,
      activation,
      l2,
      nu,
      deepL2: Type.Number({ minimum: 0, maximum: 1e9, default: 0, description: 'penalty on the rows of s and t' }),
    },
    { additionalProperties: false },
  ),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim, deepDim, units, activation, l2, nu, deepL2 }, { user, item }) => ({
    embeddings: {
      p: embeddingEntry(user, dim, { l2, nu }),
      q: embeddingEntry(item, dim, { l2, nu }),
      s: embeddingEntry(user, deepDim, { l2: deepL2, nu }),
      t: embeddingEntry(item, deepDim, { l2: deepL2, nu }),
    },
    ops: {
      first: { type: 'dot', inputs: ['.p', '.q'] },
      deep: { type: 'mlp', inputs: ['.s', '.t'], units, activation },
      higher: { type: 'dense', inputs: ['.deep'], units: 1 },
      score: { type: 'residual', inputs: ['.first', '.higher'] },
    },
    output: 'score',
  }),
})
