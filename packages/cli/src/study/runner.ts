import type { NumberedProposal } from '@recspec/study'
import type { TrialRecord } from './record.js'

/** Runs trials, one after another. */
export interface Runner {
  /** Undefined where the trial was interrupted: it goes on when the search does. */
  run(proposal: NumberedProposal): Promise<TrialRecord | undefined>
  /** Asks a trial that runs to stop after its current step. */
  stop(): void
  close(): Promise<void>
}
