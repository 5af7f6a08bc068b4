import { spawn } from '#threads'
import type { Reply, Thread } from '../threads/thread.js'
import type { Call } from './calls.js'
import type { Heap } from './memory.js'
import { openTeam } from './team.js'
import { type Exports, platform } from './webassembly.js'

/** The threads: an instance in this one, and workers that start with the first call that is large enough. */
export interface Pool {
  readonly here: Exports
  /** How many threads will share work of `flops` operations; calls with barriers need the number. */
  team(flops: number): number
  /** Makes the calls of every thread t on it, or those of thread 0 in this thread when the work is small. */
  run(flops: number, calls: (thread: number) => readonly Call[]): Promise<void>
  /** Runs the tasks of a job before it returns: with the workers, unless `run` has them. */
  launch(code: number, job: number, tasks: number): void
  close(): Promise<void>
}

/** Below this many operations messages cost more than threads save. */
const SMALL = 2e6

export const openPool = (module: object, heap: Heap, threads: number): Pool => {
  const { memory } = heap
  const here = new platform!.Instance(module, { env: { memory, abort() {} } }).exports as Exports
  const crew = openTeam(here, heap, threads)
  let workers: Thread[] | undefined
  let running = false
  const waiting: ((reply: Reply) => void)[] = []

  const start = (): Thread[] => {
    try {
      return Array.from({ length: threads }, (_, t) => {
        const thread = spawn((reply) => waiting[t]?.(reply))
        thread.send({ module, memory })
        return thread
      })
    } catch {
      // no workers, for example under a strict content security policy: one thread gives the same results
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
      crew.dismiss()
      running = true
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
        // a crashed thread never replies and others may wait for it: the next call starts new threads
        workers = undefined
        await Promise.all(busy.map((worker) => worker.terminate()))
        throw error
      } finally {
        running = false
      }
      for (const worker of busy) worker.hold(false)
    },
    launch(code, job, tasks) {
      if (threads > 1 && tasks > 1 && !running) {
        workers ??= start()
        crew.call(workers)
      }
      try {
        crew.launch(code, job, tasks)
      } catch (error) {
        // a crashed thread never serves again: this one goes on alone
        const ended = workers ?? []
        workers = []
        crew.dismiss()
        for (const worker of ended) void worker.terminate()
        throw error
      }
    },
    async close() {
      const ended = workers ?? []
      workers = []
      crew.dismiss()
      await Promise.all(ended.map((worker) => worker.terminate()))
      for (const resolve of waiting) resolve({ error: 'kernels were closed' })
    },
  }
}
