import { body, type Reply, type Thread } from './thread.js'

interface PageWorker {
  postMessage(message: unknown): void
  terminate(): void
  onmessage: (event: { data: Reply }) => void
  onerror: (event: { message?: string }) => void
}

/**
 * The browser API that this file uses. Bundlers know the worker's file by `new Worker(new URL(…, import.meta.url))`.
 */
declare const Worker: new (url: string | URL, options?: { type: 'module' }) => PageWorker
declare const URL: (new (
  url: string,
  base: string,
) => URL) & {
  createObjectURL(blob: object): string
  revokeObjectURL(url: string): void
}
interface URL {
  readonly href: string
}
declare const Blob: new (parts: string[], options: { type: string }) => object
declare const navigator: { readonly hardwareConcurrency?: number } | undefined
declare const setTimeout: (call: () => void, milliseconds: number) => unknown

const platform = `
const receive = (listener) => { self.onmessage = (event) => listener(event.data) }
const reply = (message) => self.postMessage(message)
`

/** What a worker runs; the build writes it to `worker.js` beside this file. */
export const code = platform + body

/** Cores that this page may use. */
export const cores = (): number => (typeof navigator === 'undefined' ? 1 : (navigator.hardwareConcurrency ?? 1))

const fromFile = (): PageWorker => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })

/** Where policies allow it, a page without the file has its text. */
const fromText = (): PageWorker => {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const worker = new Worker(url)
  // not before the worker was loaded
  setTimeout(() => URL.revokeObjectURL(url), PATIENCE)
  return worker
}

/** Milliseconds in which a worker answers, or it is something else. */
const PATIENCE = 10_000

let open: (() => PageWorker) | undefined

/** Finds out how workers start here: from a file at `url`, that of this package, or its text. False: not at all. */
export const findWorkers = async (url?: string): Promise<boolean> => {
  const given = url === undefined ? [] : [() => new Worker(url, { type: 'module' })]
  for (const one of [...given, fromFile, fromText]) {
    if (!(await answers(one))) continue
    open = one
    return true
  }
  return false
}

const answers = (start: () => PageWorker): Promise<boolean> =>
  new Promise((resolve) => {
    try {
      const worker = start()
      const end = (answer: boolean) => {
        worker.terminate()
        resolve(answer)
      }
      worker.onmessage = () => end(true)
      worker.onerror = () => end(false)
      setTimeout(() => end(false), PATIENCE)
      worker.postMessage({ calls: [] })
    } catch {
      resolve(false)
    }
  })

/** Starts a thread, once `findWorkers` found how; `answer` receives every reply, and a crash as one. */
export const spawn = (answer: (reply: Reply) => void): Thread => {
  const worker = open!()
  worker.onmessage = ({ data }) => answer(data)
  worker.onerror = ({ message }) => answer({ error: message ?? 'worker failed' })
  return {
    send: (message) => worker.postMessage(message),
    hold: () => {},
    terminate: async () => worker.terminate(),
  }
}
