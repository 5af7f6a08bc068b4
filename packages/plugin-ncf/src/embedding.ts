import type { EmbeddingEntry } from '@recspec/core'

/** The penalty l2 · n_row^nu on the rows of a table. */
export interface Penalty {
  readonly l2: number
  readonly nu: number
}

/** An entry of `embeddings` on the input at a port, without `l2` and `nu` where there is no penalty. */
export const embeddingEntry = (input: readonly string[], dim: number, { l2, nu }: Penalty): EmbeddingEntry => ({
  input: input[0]!,
  dim,
  ...(l2 > 0 && { l2, nu }),
})
