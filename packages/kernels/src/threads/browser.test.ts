/// <reference types="node" />
import { Worker } from 'node:worker_threads'
import { afterEach, expect, test, vi } from 'vitest'
import { module as encoded } from '../module.generated.js'
import { platform } from '../wasm/webassembly.js'
import { cores, spawn } from './browser.js'
import type { Reply } from './thread.js'

afterEach(() => vi.unstubAllGlobals())

/** A browser worker simulated by a Node worker: code is loaded by URL, messages are events. */
class PageWorker {
  onmessage: (event: { data: Reply }) => void = () => {}
  onerror: (event: { message?: string }) => void = () => {}
  readonly worker: Worker
  constructor(code: string) {
    const self = `const { parentPort } = require('node:worker_threads')
      const self = { postMessage: (data) => parentPort.postMessage(data) }
      parentPort.on('message', (data) => self.onmessage({ data }));`
    this.worker = new Worker(self + code, { eval: true })
    this.worker.on('message', (data) => this.onmessage({ data }))
  }
  postMessage(message: unknown) {
    this.worker.postMessage(message)
  }
  terminate() {
    void this.worker.terminate()
  }
}

test('a browser thread runs kernels on the memory that it receives, and reports failures', async () => {
  vi.stubGlobal(
    'Blob',
    class {
      constructor(readonly parts: string[]) {}
    },
  )
  vi.stubGlobal('URL', { createObjectURL: ({ parts }: { parts: string[] }) => parts.join(''), revokeObjectURL() {} })
  vi.stubGlobal('Worker', PageWorker)
  vi.stubGlobal('navigator', { hardwareConcurrency: 5 })
  expect(cores()).toBe(5)

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
