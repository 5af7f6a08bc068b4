import type { Context } from '../context.js'
import type { ProgressLine } from '../output/progress.js'
import { hashOf } from './fingerprint.js'
import type { JournalHeader } from './header.js'
import type { Plan, TuneOptions } from './plan.js'
import type { Runner } from './runner.js'
import { runTrial } from './runtrial.js'
import { unfinishedTrial } from './unfinished.js'

/** Runs trials in this process. */
export const localRunner = (
  { host }: Pick<Context, 'host'>,
  plan: Plan,
  options: TuneOptions,
  header: JournalHeader,
  journal: string,
  line?: Pick<ProgressLine, 'step'>,
): Runner => {
  const controller = new AbortController()
  const study = hashOf(JSON.stringify(header))
  return {
    run: (proposal) =>
      runTrial(
        {
          host,
          plan,
          options,
          unfinished: unfinishedTrial(journal, study, proposal.number + 1),
          signal: controller.signal,
          ...(line ? { onStep: line.step } : {}),
        },
        proposal,
      ),
    stop: () => controller.abort(),
    close: async () => {},
  }
}
