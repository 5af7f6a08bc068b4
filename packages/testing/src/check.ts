import { type BackendName, backends, useBackend } from '@recspec/core'
import { testKernels } from './kernels.js'

/** One thing that operators of a kind are held to. */
export interface Check<S> {
  /** One word or two, by which a fault is found again: `gradients`. */
  readonly name: string
  /** What holds, as the title of a test: `gradients agree with differences`. */
  readonly says: string
  /** `each`: it runs on every backend that is present. Default: once, on the first. */
  readonly backends?: 'each'
  /** Where it finds a fault, later checks would only repeat it: `checkPlugin` leaves them out. */
  readonly decides?: true
  /** Whether it says anything about this operator; default: it does. */
  applies?(subject: S): boolean
  /** What is wrong, sentence by sentence. What it throws was thrown by the operator. */
  run(subject: S): Iterable<string> | AsyncIterable<string>
}

/** Sentences of one check beyond which it is not asked for more. */
const MOST_FAULTS = 3

/** Runs a check on the backends that it is for; returns what is wrong, at most three sentences. */
export const runCheck = async <S>(
  check: Check<S>,
  subject: S,
  chosen: readonly BackendName[] = backends(),
): Promise<readonly string[]> => {
  const found: string[] = []
  for (const backend of check.backends === 'each' ? chosen : chosen.slice(0, 1)) {
    await useBackend(backend, await testKernels())
    const on = check.backends === 'each' && chosen.length > 1 ? ` (backend ${backend})` : ''
    try {
      for await (const sentence of check.run(subject)) {
        // one sentence for each way in which it is wrong, not for each setting
        if (found.some((other) => kindOfSentence(other) === kindOfSentence(`${sentence}${on}`))) continue
        found.push(`${sentence}${on}`)
        if (found.length >= MOST_FAULTS) return found
      }
    } catch (error) {
      found.push(`threw ${printed(error)}${on}`)
    }
    // a fault is the same everywhere more often than not
    if (found.length > 0) return found
  }
  return found
}

/** A sentence without its numbers and without the setting that it is about. */
const kindOfSentence = (sentence: string): string =>
  sentence.replace(/, (with|as|for) [{"].*$/, '').replace(/-?\d+(\.\d+)?/g, '#')

const printed = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const [line = ''] = error.message.split('\n')
  return error.name === 'Error' ? line : `${error.name}: ${line}`
}
