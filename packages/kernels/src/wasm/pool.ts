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
  /** How many threads share work of that size: calls that wait for each other must know. */
  team(flops: number): number
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

  const team = (flops: number): number => {
    if (threads === 1 || flops < SMALL) return 1
    workers ??= start()
    return Math.max(1, workers.length)
  }

  return {
    here,
    team,
    async run(flops, calls) {
      if (team(flops) === 1) {
        for (const { kernel, args } of calls(0)) here[kernel]!(...args)
        return
      }
      const busy = workers!
      try {
        await Promise.all(
          busy.map(
            (worker, t) =>
              new Promise<void>((resolve, reject) => {
                waiting[t] = ({ error }) => (error ? reject(new Error(`kernel failed: ${error}`)) : resolve())
                worker.hold(true)
                worker.send({ calls: calls(t) })
              }),
          ),
        )
      } catch (error) {
        // a thread that crashed never answers again, and others may wait for it: the next call starts new ones
        workers = undefined
        await Promise.all(busy.map((worker) => worker.terminate()))
        throw error
      }
      for (const worker of busy) worker.hold(false)
    },
    async close() {
      const ended = workers ?? []
      workers = []
      await Promise.all(ended.map((worker) => worker.terminate()))
      for (const resolve of waiting) resolve({ error: 'kernels were closed' })
    },
  }
}
