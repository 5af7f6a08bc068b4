/// <reference types="node" />
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { module as encoded } from '../module.generated.js'
import { platform } from '../wasm/webassembly.js'
import { code, cores, findWorkers, spawn } from './browser.js'
import type { Reply } from './thread.js'

/** What a page may load: code by the end of its address. */
let served: Record<string, string> = {}
let asked: string[] = []
const ended: PageWorker[] = []

/** A browser worker simulated by a Node worker: code is loaded by URL, messages are events. */
class PageWorker {
  onmessage: (event: { data: Reply }) => void = () => {}
  onerror: (event: { message?: string }) => void = () => {}
  readonly worker: Worker | undefined
  constructor(url: URL | string, options?: { type: string }) {
    asked.push(`${String(url).replace(/^.*[/:]/, '')} ${options?.type ?? 'classic'}`)
    if (String(url).startsWith('https://elsewhere')) throw new Error('another origin')
    const found = Object.entries(served).find(([end]) => String(url).endsWith(end))?.[1]
    if (found === undefined) {
      setTimeout(() => this.onerror({}))
      return
    }
    const self = `const { parentPort } = require('node:worker_threads')
      const self = { postMessage: (data) => parentPort.postMessage(data) }
      parentPort.on('message', (data) => self.onmessage({ data }));`
    this.worker = new Worker(self + found, { eval: true })
    this.worker.on('message', (data) => this.onmessage({ data }))
  }
  postMessage(message: unknown) {
    this.worker?.postMessage(message)
  }
  terminate() {
    ended.push(this)
    void this.worker?.terminate()
  }
}

beforeEach(() => {
  served = {}
  asked = []
  ended.length = 0
  vi.stubGlobal('Worker', PageWorker)
  vi.stubGlobal('navigator', { hardwareConcurrency: 5 })
  const { URL } = globalThis as unknown as { URL: { createObjectURL(blob: Blob): string } }
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:text')
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('a browser thread runs kernels on the memory that it receives, and reports failures', async () => {
  served = { '/worker.js': code }
  expect(cores()).toBe(5)
  expect(await findWorkers()).toBe(true)

  const memory = new platform!.Memory({ initial: 2, maximum: 65536, shared: true })
  const module = await platform!.compile(Buffer.from(encoded, 'base64'))
  const list = new Int32Array(memory.buffer, 65536, 50)
  list.set(list.map((_, at) => at))
  let answer: (reply: Reply) => void = () => {}
  const replied = () => new Promise<Reply>((resolve) => (answer = resolve))
  const thread = spawn((reply) => answer(reply))
  thread.send({ module, memory })
  let reply = replied()
  thread.send({ calls: [{ kernel: 'permute', args: [65536, 50, 3] }] })
  expect(await reply).toEqual({})
  expect([...list]).not.toEqual([...list].sort((a, b) => a - b))
  reply = replied()
  thread.send({ calls: [{ kernel: 'nothing', args: [] }] })
  expect((await reply).error).toContain('not a function')
  await thread.terminate()
})

test.each([
  ['the file that is named', ['own.js module'], { '/own.js': code, '/worker.js': code }],
  ['the file of the package', ['own.js module', 'worker.js module'], { '/worker.js': code, 'blob:text': code }],
  ['its text', ['own.js module', 'worker.js module', 'text classic'], { 'blob:text': code }],
])('workers start from %s', async (_, expected, files) => {
  served = files
  expect(await findWorkers('/assets/own.js')).toBe(true)
  expect(asked).toEqual(expected)
  // trying starts nothing that stays
  expect(ended).toHaveLength(expected.length)
  spawn(() => {})
  expect(asked.at(-1)).toBe(expected.at(-1))
})

test('a worker of another origin, or one that does not answer, is none', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  served = { '/worker.js': 'self.onmessage = () => {}' }
  const found = findWorkers('https://elsewhere/worker.js')
  await vi.advanceTimersByTimeAsync(10_000)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await found).toBe(false)
  vi.useRealTimers()
})
