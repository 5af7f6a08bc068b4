import type { Settings } from './space.js'

/** A trial before it has run: which settings, and with which budget where the strategy gives one. */
export interface Proposal {
  readonly settings: Settings
  readonly budget?: number
  /** The number of the trial that had the same settings with a smaller budget. */
  readonly promotes?: number
}

/** A proposal with the number of its trial, from 0. */
export interface NumberedProposal extends Proposal {
  readonly number: number
}

/** A trial that has run: its objective, lower is better, and infinite where the trial failed. */
export interface FinishedTrial extends NumberedProposal {
  readonly loss: number
}
