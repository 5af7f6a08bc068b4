import type { Heap } from './memory.js'
import type { Call, Pool } from './pool.js'

/** What a kernel's host side works with. */
export interface Context {
  readonly heap: Heap
  readonly pool: Pool
  readonly threads: number
}

/** Calls of one kernel whose threads share a cursor and have scratch of their own: args, scratch, cursor. */
export const shared =
  (kernel: string, args: readonly number[], scratch: readonly number[], cursor: number) =>
  (thread: number): readonly Call[] => [{ kernel, args: [...args, scratch[thread]!, cursor] }]
