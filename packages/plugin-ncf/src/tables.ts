import type { EmbeddingEntry } from '@recspec/core'

/** What the tables of a macro have in common. */
export interface TableParams {
  readonly l2: number
  readonly nu: number
}

/** A table on an input, with its penalty where there is one. */
export const table = (input: readonly string[], dim: number, { l2, nu }: TableParams): EmbeddingEntry => ({
  input: input[0]!,
  dim,
  ...(l2 > 0 && { l2, nu }),
})
