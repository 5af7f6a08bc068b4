import { operatorName, type PluginIdentity } from '@recspec/core'

/** What an operator of a plugin is, as messages say it. */
export type OperatorKind =
  | 'input'
  | 'op'
  | 'macro'
  | 'loss'
  | 'solver'
  | 'metric'
  | 'split'
  | 'candidate set'
  | 'sampler'
  | 'plugin'

/** An operator of a plugin. */
export interface OperatorIdentity {
  readonly plugin: PluginIdentity
  readonly kind: OperatorKind
  /** As documents write it: `tucker/bilinear`. */
  readonly operator: string
}

/** One way in which an operator breaks its contract, or what it declares of itself. */
export interface Fault extends OperatorIdentity {
  /** The name of the check that found it: `gradients`. */
  readonly check: string
  /** What was expected and what came. */
  readonly message: string
}

/** An operator that could not be checked, and why. */
export interface Untested extends OperatorIdentity {
  readonly reason: string
}

/** What the kit found out about a plugin. */
export interface Conformance {
  readonly faults: readonly Fault[]
  readonly untested: readonly Untested[]
  /** Number of checks that ran. */
  readonly checks: number
}

/** `op tucker/bilinear (recspec-plugin-tucker 0.1.0), gradients: …`. */
export const printFault = ({ plugin, kind, operator, check, message }: Fault): string =>
  `${kind} ${operatorName(operator, [plugin])}, ${check}: ${message}`
