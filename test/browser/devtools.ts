import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** How a page is looked at. */
export interface Look {
  readonly width: number
  readonly height: number
  readonly scheme: 'light' | 'dark'
}

/** A page that is open, driven over the DevTools protocol. */
export interface DrivenPage {
  /** Addresses that it requested, its own included. */
  readonly requests: readonly string[]
  /** Errors of scripts, of the console and of the log, refusals of its policy included. */
  readonly errors: readonly string[]
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>
  look(look: Look): Promise<void>
  /** The whole page as PNG. */
  picture(): Promise<Buffer>
  close(): Promise<void>
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Record<string, never>
  readonly result?: Record<string, never>
  readonly error?: { readonly message: string }
}

/** Opens a page in a browser without a window, over a pipe: Node 20 has no sockets of the web. */
export const drivePage = async (command: string, url: string): Promise<DrivenPage> => {
  const profile = await mkdtemp(join(tmpdir(), 'recspec-chromium-'))
  const child: ChildProcess = spawn(
    command,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-extensions', '--disable-background-networking', `--user-data-dir=${profile}`],
      ...['--hide-scrollbars', '--remote-debugging-pipe', 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true },
  )
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  const pending = new Map<number, { resolve(result: Record<string, never>): void; reject(error: Error): void }>()
  const listeners = new Map<string, (params: Record<string, never>) => void>()
  const receive = ({ id, method, params, result, error }: Message) => {
    if (method !== undefined) listeners.get(method)?.(params ?? {})
    const waiting = id === undefined ? undefined : pending.get(id)
    if (!waiting) return
    pending.delete(id!)
    if (error) waiting.reject(new Error(error.message))
    else waiting.resolve(result ?? {})
  }
  let rest = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop()!
    for (const message of messages) receive(JSON.parse(message))
  })
  child.on('close', () => {
    for (const { reject } of pending.values()) reject(new Error('the browser ended'))
  })
  let last = 0
  let session: string | undefined
  const send = (method: string, params: object = {}) =>
    new Promise<Record<string, never>>((resolve, reject) => {
      pending.set(++last, { resolve, reject })
      input.write(`${JSON.stringify({ id: last, method, params, ...(session ? { sessionId: session } : {}) })}\0`)
    })
  const requests: string[] = []
  const errors: string[] = []
  const note = (kind: string) => (params: unknown) => void errors.push(`${kind}: ${JSON.stringify(params)}`)
  listeners.set(
    'Network.requestWillBeSent',
    ({ request }) => void requests.push((request as unknown as { url: string }).url),
  )
  listeners.set('Runtime.exceptionThrown', note('exception'))
  listeners.set('Runtime.consoleAPICalled', note('console'))
  listeners.set('Log.entryAdded', note('log'))
  const { targetInfos } = (await send('Target.getTargets')) as unknown as {
    targetInfos: { type: string; targetId: string }[]
  }
  const { targetId } = targetInfos.find(({ type }) => type === 'page')!
  session = (await send('Target.attachToTarget', { targetId, flatten: true }))['sessionId'] as unknown as string
  for (const domain of ['Network', 'Runtime', 'Log', 'Page']) await send(`${domain}.enable`)
  const loaded = new Promise<void>((resolve) => listeners.set('Page.loadEventFired', () => resolve()))
  await send('Page.navigate', { url })
  await loaded
  return {
    requests,
    errors,
    evaluate: async <T>(expression: string) => {
      const answer = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
      const { result, exceptionDetails } = answer as unknown as { result: { value: T }; exceptionDetails?: unknown }
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
      return result.value
    },
    look: async ({ width, height, scheme }) => {
      await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 })
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] })
    },
    picture: async () => {
      const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true })
      return Buffer.from(data as unknown as string, 'base64')
    },
    close: async () => {
      const ended = new Promise((resolve) => child.on('close', resolve))
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
