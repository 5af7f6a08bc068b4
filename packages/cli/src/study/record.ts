import type { Outcome } from '@recspec/core'
import type { FinishedTrial, Settings } from '@recspec/study'
import type { Reason } from '../exit.js'

/** What a journal says of a fold of a trial. */
export interface FoldRecord {
  /** The metric on the validation rows of the fold. */
  readonly value: number
  /** The digest of the content of the artifact. */
  readonly digest: string
  /** The last epoch of each phase, and the best one where it stopped early. */
  readonly outcomes: readonly Outcome[]
  readonly seconds: number
}

/** What a journal says of a trial: a line of JSON. */
export interface TrialRecord {
  /** The number of the trial, from 1. */
  readonly trial: number
  readonly values: Settings
  readonly budget?: number
  /** The trial with the same values and a smaller budget. */
  readonly promotes?: number
  readonly state: 'finished' | 'failed'
  /** The mean over folds; null where the trial failed. */
  readonly value: number | null
  readonly folds: readonly FoldRecord[]
  /** Why a trial failed. */
  readonly error?: { readonly reason: Reason; readonly message: string }
  readonly seconds: number
}

/** A trial of a journal as strategies see it: lower is better, infinite where it failed. */
export const finishedTrial = (
  { trial, values, budget, promotes, value }: TrialRecord,
  better: 'lower' | 'higher',
): FinishedTrial => ({
  number: trial - 1,
  settings: values,
  ...(budget === undefined ? {} : { budget }),
  ...(promotes === undefined ? {} : { promotes: promotes - 1 }),
  loss: value === null ? Infinity : better === 'lower' ? value : -value,
})
