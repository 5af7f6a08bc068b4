import { resolve } from 'node:path'
import { importance } from '@recspec/study'
import type { Context } from '../context.js'
import { failure } from '../exit.js'
import type { Host } from '../host.js'
import { watchInterrupt } from '../interrupt.js'
import { checkDestination, checkOverlap, type InputFile } from '../output/destination.js'
import { progress } from '../output/progress.js'
import { save } from '../output/save.js'
import { searchText, trialText } from '../output/tuning.js'
import { listedPlugin } from '../project/plugins.js'
import { childRunner } from './child.js'
import { hashOf } from './fingerprint.js'
import { headerOf } from './header.js'
import { openJournal } from './journal.js'
import { localRunner } from './local.js'
import { lockJournal } from './lock.js'
import { memoryLimit, memoryOf, threadsEach } from './memory.js'
import { openPlan, type Plan, type TuneOptions } from './plan.js'
import { finishedTrial, type TrialRecord } from './record.js'
import { runSearch } from './schedule.js'
import { unfinishedTrial } from './unfinished.js'

/** A search that ended, or was interrupted. */
export interface TuneResult {
  readonly plan: Plan
  /** In the order of their numbers. */
  readonly records: readonly TrialRecord[]
  /** Finished trials, the best first. */
  readonly ranked: readonly TrialRecord[]
  readonly importance: Readonly<Record<string, number>>
  /** The file of the best document; absent where the search was interrupted. */
  readonly document?: string
  readonly journal: string
  readonly seconds: number
  readonly interrupted: boolean
}

/** Runs the search of a document, or goes on with it, and writes the best document. */
export const tune = async (context: Context, file: string, given: TuneOptions): Promise<TuneResult> => {
  const { host } = context
  const started = performance.now()
  const line = progress(host)
  const interrupt = watchInterrupt(host)
  const threads = threadsEach(given)
  let unlock = async () => {}
  const options: TuneOptions = { ...given, ...(threads === undefined ? {} : { threads }) }
  try {
    line.note(`reading ${options.data}`)
    const plan = await openPlan(host, file, options, interrupt)
    const stem = plan.graph.name.replace(/[^\w.-]+/g, '-')
    const shown = options.journal ?? `${stem}.journal.jsonl`
    const out = options.out ?? `${stem}.best.json`
    await checkPlaces(host, shown, out, file, options, plan)
    const path = resolve(host.cwd, shown)
    const header = headerOf(plan, options)
    unlock = await lockJournal(path, shown)
    const journal = await openJournal(path, shown, header, host.err)
    line.end()
    host.err(searchText(plan, options, shown, journal.records.size))
    interrupt.check()
    const study = hashOf(JSON.stringify(header))
    const runners =
      options.workers === 1
        ? [localRunner(context, plan, options, header, path, line)]
        : await Promise.all(
            Array.from({ length: options.workers }, () => childRunner(host, file, options, header, path)),
          )
    const stop = () => {
      for (const runner of runners) runner.stop()
    }
    interrupt.signal.addEventListener('abort', stop)
    if (interrupt.signal.aborted) stop()
    try {
      const { records, interrupted } = await runSearch({
        plan,
        journal,
        runners,
        memory: memoryLimit(options),
        memoryOf: (proposal) =>
          options.workers === 1 ? 0 : memoryOf(plan, proposal, options.threads ?? 1, options.seed),
        signal: interrupt.signal,
        clear: ({ number }) => unfinishedTrial(path, study, number + 1).remove(plan.folds.splits.length),
        onRecord: (record, all) => {
          line.end()
          host.err(trialText(plan, record, rankedOf(plan, [...all.values()])))
        },
      })
      return await ended(host, plan, [...records.values()], { out, journal: shown, interrupted, started })
    } finally {
      await Promise.all(runners.map((runner) => runner.close()))
      await journal.close()
    }
  } finally {
    await unlock()
    line.end()
    interrupt.end()
  }
}

interface Ending {
  readonly out: string
  readonly journal: string
  readonly interrupted: boolean
  /** In milliseconds of `performance`. */
  readonly started: number
}

const ended = async (
  host: Host,
  plan: Plan,
  unordered: readonly TrialRecord[],
  { out, journal, interrupted, started }: Ending,
): Promise<TuneResult> => {
  const records = unordered.toSorted((a, b) => a.trial - b.trial)
  const ranked = rankedOf(plan, records)
  const [best] = ranked
  if (!best && !interrupted)
    throw failure(
      'document',
      `all ${records.length} trials failed, the first one: ${records[0]?.error?.message}`,
      `${journal} says why each of them did`,
    )
  if (best && !interrupted)
    await save(
      resolve(host.cwd, out),
      `${JSON.stringify(plan.document({ ...best, settings: best.values }), null, 2)}\n`,
    )
  const { better } = plan.metric.definition
  return {
    plan,
    records,
    ranked,
    importance: importance(
      plan.search.space,
      records.map((record) => finishedTrial(record, better)),
    ),
    ...(interrupted ? {} : { document: out }),
    journal,
    seconds: (performance.now() - started) / 1000,
    interrupted,
  }
}

/** The finished trials, the best first; of equal ones the first. */
const rankedOf = ({ metric }: Plan, records: readonly TrialRecord[]): readonly TrialRecord[] => {
  const loss = (record: TrialRecord) => finishedTrial(record, metric.definition.better).loss
  return records.filter(({ value }) => value !== null).toSorted((a, b) => loss(a) - loss(b) || a.trial - b.trial)
}

/** Refuses a journal or a document that would be written over an input, or cannot be written at all. */
const checkPlaces = async (
  host: Host,
  journal: string,
  out: string,
  file: string,
  { data, items, users, plugin = [] }: TuneOptions,
  { files }: Plan,
) => {
  const inputs: readonly InputFile[] = [
    { path: file, what: 'the document' },
    { path: data, what: 'the data' },
    ...[items, users].flatMap((path) => (path === undefined ? [] : [{ path, what: 'a table of the data' }])),
    ...plugin.map((text) => ({ path: listedPlugin(text).module, what: 'a plugin' })),
    ...files.map((path) => ({ path, what: 'a file of the data' })),
  ]
  for (const [path, subject, others] of [
    [journal, `--journal ${journal}`, inputs],
    [out, `--out ${out}`, [...inputs, { path: journal, what: 'the journal' }]],
  ] as const) {
    await checkDestination(resolve(host.cwd, path), subject)
    await checkOverlap(host.cwd, path, subject, others)
  }
}
