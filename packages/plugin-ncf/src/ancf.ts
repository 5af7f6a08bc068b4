import { macro, Type } from '@recspec/core'
import { activation, dim, l2, nu, units } from './params.js'
import { table } from './tables.js'

/** p · q + f([s, t]): the main effect by factorisation, the rest by a perceptron with tables of its own. */
export const ancf = macro({
  summary: 'p · q + f([s, t]): a factorisation, and a perceptron with tables of its own for what it leaves.',
  params: Type.Object(
    {
      dim: dim(16, 'width of p and q'),
      deepDim: dim(16, 'width of s and t'),
      units,
      activation,
      l2,
      nu,
      deepL2: Type.Number({ minimum: 0, default: 0, description: 'penalty on the rows of s and t' }),
    },
    { additionalProperties: false },
  ),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim, deepDim, units, activation, l2, nu, deepL2 }, { user, item }) => ({
    embeddings: {
      p: table(user, dim, { l2, nu }),
      q: table(item, dim, { l2, nu }),
      s: table(user, deepDim, { l2: deepL2, nu }),
      t: table(item, deepDim, { l2: deepL2, nu }),
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
