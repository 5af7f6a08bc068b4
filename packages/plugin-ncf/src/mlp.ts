import { macro, Type } from '@recspec/core'
import { embeddingEntry } from './embedding.js'
import { activation, dim, l2, nu, units } from './params.js'

/** φ([s, t]): a perceptron on two concatenated vectors and a linear unit; a score [1] (He et al., WWW 2017). */
export const mlp = macro({
  summary: 'A perceptron on [s, t] and a linear unit. Has its own tables (He et al., WWW 2017).',
  params: Type.Object({ dim: dim(32, 'width of s and t'), units, activation, l2, nu }, { additionalProperties: false }),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim, units, activation, ...penalty }, { user, item }) => ({
    embeddings: { s: embeddingEntry(user, dim, penalty), t: embeddingEntry(item, dim, penalty) },
    ops: {
      deep: { type: 'mlp', inputs: ['.s', '.t'], units, activation },
      score: { type: 'dense', inputs: ['.deep'], units: 1 },
    },
    output: 'score',
  }),
})
