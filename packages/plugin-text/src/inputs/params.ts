import { type Static, Type } from '@recspec/core'

/** The vocabulary where a document gives none. */
export const DEFAULT_VOCABULARY = 5000

/** Parameters of `text/tokens`; those that came later are optional, so that older documents stay as they are. */
export const params = Type.Object(
  {
    maxLength: Type.Integer({
      default: 16,
      minimum: 1,
      maximum: 4096,
      description: 'maximum number of tokens that are read of a text; shorter texts are padded, and padding is masked',
    }),
    vocabulary: Type.Integer({
      default: DEFAULT_VOCABULARY,
      minimum: 1,
      maximum: 10_000_000,
      description: 'maximum number of known tokens: the most frequent in training rows',
    }),
    minCount: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 1_000_000_000,
      description: 'tokens with fewer occurrences in training rows are unknown',
    }),
    tokenizer: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 300,
        description:
          '`words` (runs of letters and digits, in lower case), `characters` of words, or the name of a tokenizer of ' +
          'the data, which makes subwords; default words',
      }),
    ),
    ngrams: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 1, maximum: 8 }),
          Type.Tuple([Type.Integer({ minimum: 1, maximum: 8 }), Type.Integer({ minimum: 1, maximum: 8 })]),
        ],
        { description: 'runs of 1 to this many tokens, or [from, to] many, are read as tokens; default 1' },
      ),
    ),
    hash: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000_000,
        description: 'number of rows that tokens share by their hash, instead of a vocabulary',
      }),
    ),
    unknown: Type.Optional(
      Type.Enum(['skip', 'row'], {
        description:
          '`skip`: unknown tokens are left out before a text is cut; `row`: they share a row of their own; default skip',
      }),
    ),
    truncate: Type.Optional(
      Type.Enum(['end', 'start'], {
        description: 'which end of a text with more than `maxLength` tokens is cut off; default end',
      }),
    ),
    weights: Type.Optional(
      Type.Enum(['none', 'tf-idf'], {
        description:
          '`tf-idf`: a bag multiplies the vector of each token by ln((1 + texts) / (1 + texts with the token)) + 1, ' +
          'counted in training rows; default none',
      }),
    ),
  },
  { additionalProperties: false },
)

/** What a document says of an input `text/tokens`. */
export type TokensParams = Static<typeof params>
