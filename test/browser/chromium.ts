import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const works = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

/** The command of a Chromium that starts here; undefined where there is none. `CHROMIUM` names one. */
export const chromium = (): string | undefined =>
  [process.env['CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'].find(
    (command) => command !== undefined && works(command),
  )

/** A browser without a window. */
export interface Browser {
  /** Resolves with what it printed, should it end by itself. */
  readonly ended: Promise<string>
  close(): Promise<void>
}

/** Opens a page in a browser with a profile of its own. */
export const openPage = async (command: string, url: string): Promise<Browser> => {
  const profile = await mkdtemp(join(tmpdir(), 'recspec-chromium-'))
  const child: ChildProcess = spawn(
    command,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-extensions', '--disable-background-networking', `--user-data-dir=${profile}`],
      ...['--remote-debugging-port=0', url],
    ],
    // a group of its own, so that closing reaches the processes that it starts
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  )
  let printed = ''
  child.stderr!.on('data', (text) => {
    printed += text
  })
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(printed)))
  return {
    ended,
    close: async () => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // it ended by itself
      }
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
