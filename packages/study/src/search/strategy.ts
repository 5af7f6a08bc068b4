import type { ParamsSchema, Static, TObject, Written } from '@recspec/core'
import type { Space } from './space.js'
import type { FinishedTrial, NumberedProposal, Proposal } from './trial.js'

/** What a strategy knows when it proposes a trial. */
export interface Asked {
  readonly space: Space
  readonly seed: number
  /** The number of the proposed trial, from 0. */
  readonly number: number
  /** Trials that count as finished, in the order of their numbers. */
  readonly finished: readonly FinishedTrial[]
  /** The trials between those and this one, whose results are not to be known. */
  readonly pending: readonly NumberedProposal[]
}

/** How a search chooses its trials. */
export interface Strategy<S extends TObject = TObject> {
  /** One phrase: how trials are chosen. */
  readonly summary: string
  readonly params: S
  /** How many trials it runs if none fails. */
  trials(params: Static<S>, space: Space): number
  /** JSON pointers that budgets are written to, and the settings at both ends of the budget. */
  budget?(params: Static<S>): { readonly at: readonly string[]; readonly range: readonly [number, number] }
  /** Depends on nothing but its arguments. Undefined where nothing is left to try with what is known. */
  propose(params: Static<S>, asked: Asked): Proposal | undefined
}

/** A strategy whose type says what authors write as its parameters. */
export interface TypedStrategy<Value> extends Omit<Strategy, 'params'> {
  readonly params: ParamsSchema<Value>
}

/** Defines a strategy; the types of parameters follow from its schema. */
export const strategy = <S extends TObject>(definition: Strategy<S>) =>
  definition as unknown as TypedStrategy<Written<S>>
