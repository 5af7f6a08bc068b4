import { failure } from '../exit.js'
import { version } from '../project/version.js'
import { hashOf, hashOfData } from './fingerprint.js'
import type { Plan, TuneOptions } from './plan.js'

/** The first line of a journal: what its trials depend on. */
export interface JournalHeader {
  /** Version of the format. */
  readonly journal: 1
  readonly name: string
  /** SHA-256 of the normalized document with its search. */
  readonly document: string
  /** SHA-256 of the data. */
  readonly data: string
  readonly seed: number
  readonly workers: number
  readonly backend: string
  /** Bytes that a trial may use; null without a limit. */
  readonly budget: number | null
  readonly metric: string
  readonly versions: Readonly<Record<string, string>>
  /** The document of the search, without the values that trials set. */
  readonly base: unknown
}

/** The header of a plan. */
export const headerOf = (plan: Plan, options: TuneOptions): JournalHeader => ({
  journal: 1,
  name: plan.graph.name,
  document: hashOf(JSON.stringify(plan.graph.document)),
  data: hashOfData(plan.dataset),
  seed: options.seed,
  workers: options.workers,
  backend: options.backend ?? 'default',
  budget: options.budget ?? null,
  metric: plan.section.metric,
  versions: {
    recspec: version(),
    ...Object.fromEntries(plan.graph.plugins.map((plugin) => [plugin.name, plugin.version ?? 'unknown'])),
  },
  base: plan.base,
})

/** What must be equal in a journal that is continued, and how a difference is told. */
const compared: readonly (readonly [keyof JournalHeader, 'document' | 'data', string])[] = [
  ['document', 'document', 'of another document'],
  ['data', 'data', 'of other data'],
  ['seed', 'document', 'of another seed'],
  ['workers', 'document', 'of another number of workers'],
  ['backend', 'document', 'of another backend'],
  ['budget', 'document', 'of another --budget'],
  ['versions', 'document', 'of other versions of recspec or its plugins'],
]

/** Refuses a journal that was started by something else than what would go on with it. */
export const checkHeader = (path: string, stored: JournalHeader, now: JournalHeader): void => {
  for (const [key, reason, what] of compared) {
    const [before, after] = [stored[key], now[key]].map((value) => JSON.stringify(value))
    if (before === after) continue
    const short = [before, after].every((text) => text !== undefined && text.length < 60)
    throw failure(
      reason,
      `the journal "${path}" is ${what}${short ? `: it has ${before}, got ${after}` : ''}`,
      'start another one with --journal, or go on with what it was started with',
    )
  }
}
