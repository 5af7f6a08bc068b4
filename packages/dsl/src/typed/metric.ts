import type { Metric } from '@recspec/core'
import type { Operators, TypeOf } from './operators.js'

/** A metric as documents write it: `name[@k][(variant)]`. */
export type WrittenMetric = { [Name in TypeOf<'metrics'>]: Text<Name, Operators<'metrics'>[Name]> }[TypeOf<'metrics'>]

type Text<Name extends string, M> =
  M extends Pick<Metric, 'k' | 'variants'>
    ?
        | `${Name}${M['k'] extends 'required' ? `@${bigint}` : ''}${Variant<M['variants']>}`
        | (M extends { readonly withoutK: infer Other } ? Text<Name, Other> : never)
    : never

type Variant<Variants extends Metric['variants']> =
  | ''
  | (Variants extends readonly string[] ? `(${Variants[number]})` : `(0.${string})` | `(.${string})`)
