import { constants } from '../boundary.generated.js'
import type { Thread } from '../threads/thread.js'
import { invoke } from './calls.js'
import type { Heap } from './memory.js'
import type { Exports } from './webassembly.js'

const { MAX_TASKS, TEAM_BYTES } = constants['tensor/team']

/** Scratch of a thread in bytes, and where its number stands in it. */
const SCRATCH = 192
const NUMBER = 128

/** Threads that share the tasks of a job while the caller waits; the caller is one of them. */
export interface Team {
  /** Runs the tasks 0 … `tasks` − 1 of a job: in this thread alone where there are no others. */
  launch(code: number, job: number, tasks: number): void
  /** Starts serving on these threads, where none serves yet. */
  call(threads: readonly Thread[]): void
  /** Sends the threads back to their event loops, where they receive messages. */
  dismiss(): void
}

export const openTeam = (here: Exports, heap: Heap, threads: number): Team => {
  const team = heap.allocate(TEAM_BYTES)
  const scratch = Array.from({ length: threads }, (_, thread) => {
    const at = heap.allocate(SCRATCH)
    heap.int32(at + NUMBER, 1)[0] = thread
    return at
  })
  const sleeps = maySleep() ? 1 : 0
  let serving = false
  return {
    launch(code, job, tasks) {
      if (tasks > MAX_TASKS) throw new RangeError(`a job has at most ${MAX_TASKS} tasks, got ${tasks}`)
      if (!serving || tasks < 2) here['alone']!(code, job, tasks, scratch[0]!)
      else if (here['launch']!(team, code, job, tasks, scratch[0]!, sleeps))
        throw new Error('a thread failed while it ran a kernel')
    },
    call(others) {
      if (serving || others.length === 0) return
      invoke(here, 'recall', { team })
      for (const [place, thread] of others.slice(0, threads - 1).entries())
        thread.send({ serve: { team, scratch: scratch[place + 1]! } })
      serving = true
    },
    dismiss() {
      if (serving) invoke(here, 'dismiss', { team })
      serving = false
    },
  }
}

/** Whether this thread may wait for another: the main thread of a page may not. */
const maySleep = (): boolean => {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)
    return true
  } catch {
    return false
  }
}
