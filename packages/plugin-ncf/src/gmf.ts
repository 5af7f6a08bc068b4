import { macro, Type } from '@recspec/core'
import { embeddingEntry } from './embedding.js'
import { dim, l2, nu } from './params.js'

/**
 * Generalized matrix factorization: h · (p ∘ q) + b with learned h [dim] and b [1]; a score [1] (He et al., WWW 2017).
 */
export const gmf = macro({
  summary: 'Generalized matrix factorization: h · (p ∘ q) + b. Has its own tables (He et al., WWW 2017).',
  params: Type.Object({ dim: dim(8, 'width of p and q'), l2, nu }, { additionalProperties: false }),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim, ...penalty }, { user, item }) => ({
    embeddings: { p: embeddingEntry(user, dim, penalty), q: embeddingEntry(item, dim, penalty) },
    ops: {
      product: { type: 'hadamard', inputs: ['.p', '.q'] },
      score: { type: 'dense', inputs: ['.product'], units: 1 },
    },
    output: 'score',
  }),
})
