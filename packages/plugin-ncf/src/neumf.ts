import { macro, Type } from '@recspec/core'
import { embeddingEntry } from './embedding.js'
import { activation, dim, l2, nu, units } from './params.js'

/**
 * Neural matrix factorization: φ([p ∘ q, ψ([s, t])]), φ linear and ψ a perceptron; a score [1] (He et al., WWW 2017).
 * It is the sum of the linear units `byGmf` and `byMlp`, which heads may name to train the parts first.
 */
export const neumf = macro({
  summary:
    'Neural matrix factorization: a linear unit on [p ∘ q, ψ([s, t])], where ψ is a perceptron. Has its own tables ' +
    '(He et al., WWW 2017).',
  params: Type.Object(
    { dim: dim(8, 'width of p and q'), deepDim: dim(32, 'width of s and t'), units, activation, l2, nu },
    { additionalProperties: false },
  ),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim, deepDim, units, activation, ...penalty }, { user, item }) => ({
    embeddings: {
      p: embeddingEntry(user, dim, penalty),
      q: embeddingEntry(item, dim, penalty),
      s: embeddingEntry(user, deepDim, penalty),
      t: embeddingEntry(item, deepDim, penalty),
    },
    ops: {
      gmf: { type: 'hadamard', inputs: ['.p', '.q'] },
      mlp: { type: 'mlp', inputs: ['.s', '.t'], units, activation },
      byGmf: { type: 'dense', inputs: ['.gmf'], units: 1 },
      byMlp: { type: 'dense', inputs: ['.mlp'], units: 1 },
      score: { type: 'sum', inputs: ['.byGmf', '.byMlp'] },
    },
    output: 'score',
  }),
})
