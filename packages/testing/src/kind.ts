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

/** An operator of a section of a plugin; throws a sentence where the plugin has none of the name. */
export const operatorOf = <Section extends PluginSection>(
  plugin: Plugin,
  section: Section,
  noun: string,
  name: string,
): NonNullable<Plugin[Section]>[string] => {
  const operator = (plugin[section] as Plugin[Section] | undefined)?.[name]
  if (!operator) throw new Error(`plugin "${plugin.name}" has no ${noun} "${name}"`)
  return operator as NonNullable<Plugin[Section]>[string]
}

/** The checks of a kind that say something about an operator, those left out that its author excepts. */
export function* checksOf<S>(
  { checks }: Pick<Kind<S, OperatorCases>, 'checks'>,
  subject: S,
  { except }: Pick<OperatorCases, 'except'>,
): Generator<Check<S>> {
  for (const check of checks) if (except?.[check.name] === undefined && check.applies?.(subject) !== false) yield check
}

/** An operator ready to be checked, or why it cannot be. */
export const preparedSubject = <S, C extends OperatorCases>(
  kind: Kind<S, C>,
  plugin: Plugin,
  name: string,
  cases: C,
): { readonly subject: S } | { readonly reason: string } => {
  try {
    const subject = kind.subject(plugin, name, cases)
    const reason = kind.untested?.(subject)
    return reason === undefined ? { subject } : { reason }
  } catch (error) {
    return { reason: (error as Error).message }
  }
}

/** The type of an operator as documents write it. */
export const typeOf = ({ name }: Plugin, operator: string): string => (name === '' ? operator : `${name}/${operator}`)
