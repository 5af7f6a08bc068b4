import { macro, type OpEntry, Type } from '@recspec/core'

/** The expansion has a dot product for each pair of vectors. */
const MAX_VECTORS = 64

/**
 * Σ_{i<j} vᵢ · vⱼ: the second-order part of a factorization machine, of up to 64 vectors [width]; a score [1] (Rendle,
 * ICDM 2010). It expands to one dot product per pair instead of (‖Σ v‖² − Σ ‖v‖²) / 2: pairs of one side are then
 * computed once per user or item, and pairs of both sides factorize.
 */
export const fm = macro({
  summary:
    'Second-order part of a factorization machine: the sum of the dot products of all pairs of 2 to 64 vectors of ' +
    'one width (Rendle, ICDM 2010).',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: { vectors: 'many' },
  expand: (_, { vectors }) => {
    if (vectors.length < 2 || vectors.length > MAX_VECTORS)
      throw new Error(`needs 2 to ${MAX_VECTORS} inputs, got ${vectors.length}`)
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
