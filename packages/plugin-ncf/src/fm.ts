import { macro, type OpEntry, Type } from '@recspec/core'

/** Inputs whose pairs fit into a document. */
const mostInputs = 64

/**
 * Σ_{i<j} vᵢ · vⱼ: the second-order part of a factorization machine (Rendle, ICDM 2010). One dot product for each pair and
 * not (‖Σ v‖² − Σ ‖v‖²) / 2: pairs of one side are then computed once per user or item, and pairs of both sides are
 * products that factorize.
 */
export const fm = macro({
  summary:
    'Second-order interactions of a factorization machine, the sum of the inner products of all pairs (Rendle, ICDM 2010).',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { vectors: 'many' },
  expand: (_, { vectors }) => {
    if (vectors.length < 2) throw new Error(`needs two inputs or more, got ${vectors.length}`)
    if (vectors.length > mostInputs)
      throw new Error(`takes at most ${mostInputs} inputs, got ${vectors.length}: it makes an op of each pair`)
    const pairs = vectors.flatMap((a, i) =>
      vectors
        .slice(i + 1)
        .map((b, k): [string, OpEntry] => [`pair${i + 1}_${i + k + 2}`, { type: 'dot', inputs: [a, b] }]),
    )
    const ops = Object.fromEntries(pairs)
    return {
      ops: { ...ops, score: { type: 'sum', inputs: Object.keys(ops).map((name) => `.${name}`) } },
      output: 'score',
    }
  },
})
