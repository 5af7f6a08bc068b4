import { type EmbeddingEntry, type Static, TableInit, Type } from '@recspec/core'

/** Parameters of the table of tokens that every encoder of texts has. */
export const tableParams = {
  dim: Type.Integer({ minimum: 1, maximum: 65_536, default: 32, description: "width of a token's vector" }),
  init: Type.Optional(Type.With(TableInit, { description: 'how the rows of tokens start; default "normal"' })),
  l2: Type.Number({ minimum: 0, maximum: 1e9, default: 0, description: 'penalty on the rows of tokens' }),
  nu: Type.Number({
    minimum: 0,
    maximum: 4,
    default: 1,
    description: "exponent of a row's count in its penalty",
  }),
}

/** What a document says of a table of tokens. */
interface TableOptions {
  readonly dim: number
  readonly init?: Static<typeof TableInit>
  readonly l2: number
  readonly nu: number
}

/** The table of tokens of a text: an embedding of its rows, a sequence [maxLength, dim] whose padding is masked. */
export const tableOf = (text: readonly string[], { dim, init, l2, nu }: TableOptions): EmbeddingEntry => ({
  input: text[0]!,
  dim,
  ...(init !== undefined && { init }),
  ...(l2 > 0 && { l2, nu }),
})
