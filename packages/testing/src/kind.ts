import type { Plugin, PluginSection } from '@recspec/core'
import type { Check } from './check.js'
import type { OperatorKind } from './fault.js'

/** What the author of a plugin gives for one operator; without it the kit makes cases from the operator itself. */
export interface OperatorCases<C = unknown, I = unknown> {
  /** Uses of the operator that it is checked on. */
  readonly cases?: readonly C[]
  /** Uses that the operator refuses, with the sentence it says, or a part of it. */
  readonly invalid?: readonly (I & { readonly message: string })[]
  /** Checks that do not hold by design, by name, each with the reason. */
  readonly except?: Readonly<Record<string, string>>
}

/** How operators of one kind are checked. */
export interface Kind<S, C extends OperatorCases> {
  readonly section: PluginSection
  readonly noun: OperatorKind
  readonly checks: readonly Check<S>[]
  /** The operator with its cases. Throws a bare sentence where a given case cannot be made. */
  subject(plugin: Plugin, name: string, cases: C): S
  /** Why nothing can be checked; undefined where something can. */
  untested?(subject: S): string | undefined
  /** The sentence that refuses a use; undefined where nothing does. */
  refusal(plugin: Plugin, name: string, invalid: NonNullable<C['invalid']>[number]): string | undefined
}

/** The type of an operator as documents write it. */
export const typeOf = ({ name }: Plugin, operator: string): string => (name === '' ? operator : `${name}/${operator}`)
