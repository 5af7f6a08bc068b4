import { body, type Reply, type Thread } from './thread.js'

/** The browser API that this file uses. */
interface Page {
  readonly navigator?: { readonly hardwareConcurrency?: number }
  readonly Blob: new (parts: string[], options: { type: string }) => unknown
  readonly URL: { createObjectURL(blob: unknown): string; revokeObjectURL(url: string): void }
  readonly Worker: new (
    url: string,
  ) => {
    postMessage(message: unknown): void
    terminate(): void
    onmessage: (event: { data: Reply }) => void
    onerror: (event: { message?: string }) => void
  }
}
const page = globalThis as unknown as Page

const platform = `
const receive = (listener) => { self.onmessage = (event) => listener(event.data) }
const reply = (message) => self.postMessage(message)
`

/** Cores that this page may use. */
export const cores = (): number => page.navigator?.hardwareConcurrency ?? 1

/** Starts a thread; `answer` receives every reply, and a crash as one. */
export const spawn = (answer: (reply: Reply) => void): Thread => {
  const url = page.URL.createObjectURL(new page.Blob([platform + body], { type: 'text/javascript' }))
  const worker = new page.Worker(url)
  worker.onmessage = ({ data }) => answer(data)
  worker.onerror = ({ message }) => answer({ error: message ?? 'worker failed' })
  return {
    send: (message) => worker.postMessage(message),
    hold: () => {},
    terminate: async () => {
      worker.terminate()
      page.URL.revokeObjectURL(url)
    },
  }
}
