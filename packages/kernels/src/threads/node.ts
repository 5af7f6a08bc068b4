/// <reference types="node" />
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { body, type Reply, type Thread } from './thread.js'

const platform = `
const { parentPort } = require('node:worker_threads')
const receive = (listener) => parentPort.on('message', listener)
const reply = (message) => parentPort.postMessage(message)
`

/** Cores that this process may use. */
export const cores = (): number => availableParallelism()

/** Workers start from their text. */
export const findWorkers = async (_url?: string): Promise<boolean> => true

/** Starts a thread; `answer` receives every reply, and a crash as one. */
export const spawn = (answer: (reply: Reply) => void): Thread => {
  const worker = new Worker(platform + body, { eval: true, execArgv: [] })
  worker.on('message', answer)
  worker.on('error', (error) => answer({ error: String(error) }))
  // a listener holds the process: not before
  worker.unref()
  return {
    send: (message) => worker.postMessage(message),
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: async () => {
      await worker.terminate()
    },
  }
}
