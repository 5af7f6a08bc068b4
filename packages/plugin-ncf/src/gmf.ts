import { macro, Type } from '@recspec/core'
import { dim, l2, nu } from './params.js'
import { table } from './tables.js'

/** h · (p ∘ q) + b: matrix factorisation with a learned weight for each lane (He et al., WWW 2017). */
export const gmf = macro({
  summary: 'Generalised matrix factorisation, a linear unit on p ∘ q, with tables of its own (He et al., WWW 2017).',
  params: Type.Object({ dim: dim(8, 'width of p and q'), l2, nu }, { additionalProperties: false }),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim, ...penalty }, { user, item }) => ({
    embeddings: { p: table(user, dim, penalty), q: table(item, dim, penalty) },
    ops: {
      product: { type: 'hadamard', inputs: ['.p', '.q'] },
      score: { type: 'dense', inputs: ['.product'], units: 1 },
    },
    output: 'score',
  }),
})
