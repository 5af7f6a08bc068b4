import { macro, Type } from '@recspec/core'
import { activation, dim, l2, nu, units } from './params.js'
import { table } from './tables.js'

/**
 * φ([p ∘ q, ψ([s, t])]) (He et al., WWW 2017). φ is linear, so it is the sum of a linear unit on each part: the parts
 * `byGmf` and `byMlp` are scores of their own, which heads may name to train them first.
 */
export const neumf = macro({
  summary:
    'Neural matrix factorisation, a linear unit on [p ∘ q, ψ([s, t])], with tables of its own (He et al., 2017).',
  params: Type.Object(
    { dim: dim(8, 'width of p and q'), deepDim: dim(32, 'width of s and t'), units, activation, l2, nu },
    { additionalProperties: false },
  ),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim, deepDim, units, activation, ...penalty }, { user, item }) => ({
    embeddings: {
      p: table(user, dim, penalty),
      q: table(item, dim, penalty),
      s: table(user, deepDim, penalty),
      t: table(item, deepDim, penalty),
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
