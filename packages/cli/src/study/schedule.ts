import { type FinishedTrial, type NumberedProposal, nextProposal } from '@recspec/study'
import type { Journal } from './journal.js'
import type { Plan } from './plan.js'
import { finishedTrial, type TrialRecord } from './record.js'
import type { Runner } from './runner.js'

/** What `runSearch` needs: who runs trials, and what they may use together. */
export interface Schedule {
  readonly plan: Plan
  readonly journal: Journal
  /** As many as trials may run side by side. */
  readonly runners: readonly Runner[]
  /** Bytes that the trials that run may need together, and that one needs. */
  readonly memory: number
  memoryOf(proposal: NumberedProposal): number
  readonly signal: AbortSignal
  /** Removes what was kept of a trial that is in the journal. */
  clear(proposal: NumberedProposal): Promise<void>
  onRecord?(record: TrialRecord, records: ReadonlyMap<number, TrialRecord>): void
}

/**
 * Runs a search to its end, or to the signal, from where its journal stands; resolves to the records by their numbers,
 * and whether it was interrupted. How many trials really run at once changes no proposal.
 */
export const runSearch = async (
  given: Schedule,
): Promise<{ readonly records: ReadonlyMap<number, TrialRecord>; readonly interrupted: boolean }> => {
  const { plan, journal, runners, signal } = given
  const { better } = plan.metric.definition
  const proposed: NumberedProposal[] = []
  const waiting: NumberedProposal[] = []
  const records = new Map<number, TrialRecord>()
  const finished = new Map<number, FinishedTrial>()
  const idle = [...runners]
  const running = new Map<number, { readonly ended: Promise<void>; readonly bytes: number }>()
  let interrupted = false
  const keep = (record: TrialRecord) => {
    const trial = finishedTrial(record, better)
    records.set(trial.number, record)
    finished.set(trial.number, trial)
  }

  /** Proposes what can be proposed; whether the search is over. */
  const propose = async (): Promise<boolean> => {
    for (;;) {
      const next = nextProposal(plan.search, proposed, finished)
      if (typeof next === 'string') return next === 'over'
      const { proposal } = next
      proposed.push(proposal)
      const known = journal.records.get(proposal.number + 1)
      if (!known) waiting.push(proposal)
      else {
        checkRecord(known, proposal)
        keep(known)
        await given.clear(proposal)
      }
    }
  }

  const start = (proposal: NumberedProposal, runner: Runner, bytes: number) => {
    const ended = runner.run(proposal).then(async (record) => {
      if (record) {
        await journal.append(record)
        await given.clear(proposal)
        keep(record)
        given.onRecord?.(record, records)
      } else interrupted = true
      running.delete(proposal.number)
      idle.push(runner)
    })
    // of several trials that throw the first one is told
    ended.catch(() => {})
    running.set(proposal.number, { ended, bytes })
  }

  for (;;) {
    const over = await propose()
    while (!signal.aborted && waiting.length > 0 && idle.length > 0) {
      const bytes = given.memoryOf(waiting[0]!)
      const used = [...running.values()].reduce((sum, trial) => sum + trial.bytes, 0)
      // one trial alone may ask for more: training itself refuses it
      if (running.size > 0 && used + bytes > given.memory) break
      start(waiting.shift()!, idle.pop()!, bytes)
    }
    if (running.size === 0) return { records, interrupted: interrupted || !over || waiting.length > 0 }
    await Promise.race([...running.values()].map(({ ended }) => ended))
  }
}

/** A journal whose header is equal has the trials that would be proposed again. */
const checkRecord = ({ trial, values, budget }: TrialRecord, { settings, budget: again }: NumberedProposal) => {
  if (JSON.stringify([values, budget]) === JSON.stringify([settings, again])) return
  throw new Error(`trial ${trial} of the journal has other values than the search proposes`)
}
