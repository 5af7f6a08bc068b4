import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '../src/host.js'
import { main } from '../src/main.js'

/** What a run of the command line printed, and its exit code. */
export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
  /** The last line of standard output as JSON. */
  json<T = Record<string, unknown>>(): T
}

/** A directory in which commands run inside the process of the tests. */
export interface Workspace {
  readonly directory: string
  /** The environment variables of commands. */
  readonly environment: Record<string, string>
  run(...argv: readonly string[]): Promise<Run>
  /** Called with what the command writes to standard error, so that a test can interrupt it. */
  onError?: (text: string) => void
  interrupt(): void
  close(): Promise<void>
}

/** Opens a temporary directory, or an existing one. */
export const openWorkspace = async (existing?: string): Promise<Workspace> => {
  const directory = existing ?? (await mkdtemp(join(tmpdir(), 'recspec-')))
  const listeners = new Set<() => void>()
  const here: Workspace = {
    directory,
    environment: {},
    run: async (...argv) => {
      let out = ''
      let err = ''
      const host: Host = {
        cwd: directory,
        environment: here.environment,
        terminal: here.onError !== undefined,
        width: 120,
        out: (text) => {
          out += text
        },
        err: (text) => {
          err += text
          here.onError?.(text)
        },
        onInterrupt: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        exit: (code) => {
          throw new Error(`exit ${code}`)
        },
      }
      const code = await main(argv, host)
      return { code, out, err, json: () => JSON.parse(out.trimEnd().split('\n').at(-1)!) }
    },
    interrupt: () => {
      for (const listener of listeners) listener()
    },
    close: () => rm(directory, { recursive: true, force: true }),
  }
  return here
}
