import { layer, loss, macro, type Plugin, solver, Type, tf } from '@recspec/core'

const closed = { additionalProperties: false } as const

/** p · q with tables of its own. */
const pair = macro({
  summary: 'A dot product with tables of its own.',
  params: Type.Object({ dim: Type.Integer({ default: 4 }) }, closed),
  inputs: { user: 'rows', item: 'rows' },
  expand: ({ dim }, { user, item }) => ({
    embeddings: { p: { input: user[0]!, dim }, q: { input: item[0]!, dim } },
    ops: { score: { type: 'dot', inputs: ['.p', '.q'] } },
    output: 'score',
  }),
})

/** A macro of macros: the mean of two towers, each a `mlp`. */
const towers = macro({
  summary: 'Two perceptrons and their dot product.',
  params: Type.Object({ units: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }) }, closed),
  inputs: { user: 'one', item: 'one' },
  expand: ({ units }, { user, item }) => ({
    ops: {
      left: { type: 'mlp', inputs: user, units },
      right: { type: 'mlp', inputs: item, units },
      score: { type: 'dot', inputs: ['.left', '.right'] },
    },
    output: 'score',
  }),
})

/** A macro that never ends. */
const endless = macro({
  summary: 'Expands to itself.',
  params: Type.Object({}, closed),
  inputs: { x: 'one' },
  expand: (_, { x }) => ({ ops: { again: { type: 'toy/endless', inputs: x } }, output: 'again' }),
})

/** An op that reads an input's rows by itself. */
const count = layer({
  summary: 'How many rows an input gives.',
  params: Type.Object({}, closed),
  inputs: { rows: 'rows' },
  shape: () => [1],
  apply: () => ({ tensor: tf.zeros([1, 1]) }),
})

/** A loss of two vectors that reads no item. */
const gap = loss({
  summary: 'How far two vectors are from each other.',
  params: Type.Object({}, closed),
  inputs: { a: 'one', b: 'one' },
  examples: () => ({ of: 'event', items: 'none' }),
  apply: (_, { a, b }) => tf.squaredDifference(a.tensor, b.tensor),
})

/** A loss of whole rows. */
const row = loss({
  summary: 'Squares of the scores of a user.',
  params: Type.Object({}, closed),
  inputs: { score: 'one' },
  examples: () => ({ of: 'row', items: 'own' }),
  apply: (_, { score }) => tf.square(score.tensor),
})

/** A solver of products of tables. */
const exact = solver({
  summary: 'Minimises in closed form.',
  params: Type.Object({}, closed),
  kind: 'minimises',
  rejects: (_, problem) => {
    for (const head of problem.heads) {
      const { obstacle } = problem.factors(head)
      if (obstacle) return `needs products of tables: "${obstacle.node}" ${obstacle.reason}`
    }
    return undefined
  },
  fit: async function* () {},
})

/** A solver that samples. */
const chain = solver({
  summary: 'Draws from the posterior.',
  params: Type.Object({}, closed),
  kind: 'samples',
  fit: async function* () {},
})

/** Operators that the built-ins have none of. */
export const toy: Plugin = {
  name: 'toy',
  apiVersion: 1,
  layers: { pair, towers, endless, count },
  losses: { gap, row },
  solvers: { exact, chain },
}
