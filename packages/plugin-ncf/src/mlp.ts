import { macro, Type } from '@recspec/core'
import { activation, dim, l2, nu, units } from './params.js'
import { table } from './tables.js'

/** φ([s, t]): a perceptron on two vectors side by side, and a linear unit on it (He et al., WWW 2017). */
export const mlp = macro({
  summary: 'A perceptron on [s, t] and a linear unit, with tables of its own (He et al., WWW 2017).',
  params: Type.Object({ dim: dim(32, 'width of s and t'), units, activation, l2, nu }, { additionalProperties: false }),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim, units, activation, ...penalty }, { user, item }) => ({
    embeddings: { s: table(user, dim, penalty), t: table(item, dim, penalty) },
    ops: {
      deep: { type: 'mlp', inputs: ['.s', '.t'], units, activation },
      score: { type: 'dense', inputs: ['.deep'], units: 1 },
    },
    output: 'score',
  }),
})
