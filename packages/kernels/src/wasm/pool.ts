import { spawn } from '#threads'
import type { Reply, Thread } from '../threads/thread.js'
import { type Exports, type Memory, platform } from './webassembly.js'

/** A kernel by name and the numbers it is called with. */
export interface Call {
  readonly kernel: string
  readonly args: readonly number[]
}

/** The threads: an instance here, and workers from the first call that is worth them. */
export interface Pool {
  readonly here: Exports
  /** Makes thread t's calls on every thread, or one thread's here when the work is small. */
  run(flops: number, calls: (thread: number) => readonly Call[]): Promise<void>
  close(): Promise<void>
}

/** Below this many operations a message costs more than it saves. */
const SMALL = 2e6

export const openPool = (module: object, memory: Memory, threads: number): Pool => {
  const here = new platform!.Instance(module, { env: { memory, abort() {} } }).exports as Exports
  let workers: Thread[] | undefined
  const waiting: ((reply: Reply) => void)[] = []

  const start = (): Thread[] => {
    try {
      return Array.from({ length: threads }, (_, t) => {
        const thread = spawn((reply) => waiting[t]?.(reply))
        thread.send({ module, memory })
        return thread
      })
    } catch {
      // no workers here (a strict content policy, say): the results are the same
      return []
    }
  }

  return {
    here,
    async run(flops, calls) {
      if (threads > 1 && flops >= SMALL) workers ??= start()
      if (!workers?.length || flops < SMALL) {
        for (const { kernel, args } of calls(0)) here[kernel]!(...args)
        return
      }
      const replies = workers.map(
        (worker, t) =>
          new Promise<Reply>((resolve) => {
            waiting[t] = resolve
            worker.hold(true)
            worker.send({ calls: calls(t) })
          }),
      )
      const answers = await Promise.all(replies)
      for (const worker of workers) worker.hold(false)
      const failed = answers.find(({ error }) => error)
      if (!failed) return
      // a thread that crashed would never answer again: the next call starts new ones
      const ended = workers
      workers = undefined
      await Promise.all(ended.map((worker) => worker.terminate()))
      throw new Error(`kernel failed: ${failed.error}`)
    },
    async close() {
      const ended = workers ?? []
      workers = []
      await Promise.all(ended.map((worker) => worker.terminate()))
      for (const resolve of waiting) resolve({ error: 'kernels were closed' })
    },
  }
}
