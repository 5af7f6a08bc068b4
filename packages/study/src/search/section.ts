import { Type } from '@recspec/core'

const At = Type.Union([
  Type.String({ description: 'the value that it sets, as a JSON pointer' }),
  Type.Array(Type.String(), { minItems: 1, description: 'JSON pointers of all values that it sets' }),
])
const at = Type.With(At, { description: 'JSON pointer of the value that it sets, or a list of them' })

/** A parameter of a search that takes one of some values. */
export const ChoiceParameter = Type.Object(
  {
    at,
    values: Type.Array(Type.Any(), { minItems: 1, maxItems: 1000, description: 'the values to choose from' }),
  },
  { additionalProperties: false, description: 'One of some values.' },
)

/** A parameter of a search that takes a number of a range. */
export const RangeParameter = Type.Object(
  {
    at,
    range: Type.Tuple([Type.Number(), Type.Number()], { description: 'lowest and highest value' }),
    scale: Type.Enum(['linear', 'log'], { default: 'linear', description: 'where equal steps are equally likely' }),
    integer: Type.Boolean({ default: false, description: 'whole numbers only' }),
  },
  { additionalProperties: false, description: 'A number between two ends.' },
)

/** A parameter of the section `search`, with its defaults. */
export type SearchParameter =
  | { readonly at: string | readonly string[]; readonly values: readonly unknown[] }
  | {
      readonly at: string | readonly string[]
      readonly range: readonly [number, number]
      readonly scale: 'linear' | 'log'
      readonly integer: boolean
    }

/** The section `search` of a checked document, with its defaults. */
export interface SearchSection {
  readonly strategy: { readonly type: string } & Readonly<Record<string, unknown>>
  readonly metric: string
  readonly parameters: Readonly<Record<string, SearchParameter>>
}
