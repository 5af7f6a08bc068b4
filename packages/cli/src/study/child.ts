import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { NumberedProposal } from '@recspec/study'
import { type Failure, failure, type Reason } from '../exit.js'
import type { Host } from '../host.js'
import type { JournalHeader } from './header.js'
import type { TuneOptions } from './plan.js'
import type { TrialRecord } from './record.js'
import type { Runner } from './runner.js'

/** What a search tells a process that runs trials. */
export type Request =
  | { readonly open: { readonly file: string; readonly options: TuneOptions; readonly journal: string } }
  | { readonly run: NumberedProposal }
  | { readonly stop: true }

/** What the process answers. */
export type Answer =
  | { readonly opened: JournalHeader }
  | { readonly record: TrialRecord | null }
  | { readonly error: { readonly reason: Reason; readonly message: string; readonly hint?: string } }

/** Starts a process that runs trials; it reads document and data itself. */
export const childRunner = async (
  host: Host,
  file: string,
  options: TuneOptions,
  header: JournalHeader,
  journal: string,
): Promise<Runner> => {
  const command = join(dirname(createRequire(import.meta.url).resolve('recspec/package.json')), 'bin/recspec.js')
  const child = fork(command, ['run-trials'], { cwd: host.cwd, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const opened = await asked(child, { open: { file, options, journal } })
  if (!('opened' in opened) || JSON.stringify(opened.opened) !== JSON.stringify(header))
    throw failure('data', 'the document or the data changed while the search was starting', 'start it again')
  return {
    run: async (proposal) => {
      const answer = await asked(child, { run: proposal })
      if (!('record' in answer)) throw new Error('a process of the search gave no record')
      return answer.record ?? undefined
    },
    stop: () => void (child.connected && child.send({ stop: true } satisfies Request)),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

/** Sends a request and waits for its answer; a process that ended is a Failure. */
const asked = (child: ChildProcess, request: Request): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null) =>
      reject(
        failure(
          'budget',
          `a process of the search ended by ${signal ?? `exit code ${code}`}`,
          'run the same command again to go on; with fewer --workers there is more memory for each',
        ),
      )
    child.once('exit', ended)
    child.once('message', (answer: Answer) => {
      child.off('exit', ended)
      if ('error' in answer) reject(failureOf(answer.error))
      else resolve(answer)
    })
    child.send(request, (error) => error && reject(error))
  })

const failureOf = ({ reason, message, hint }: Extract<Answer, { error: unknown }>['error']): Failure =>
  failure(reason, message, hint)
