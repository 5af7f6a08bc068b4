import type { Heap } from './memory.js'
import type { Pool } from './pool.js'

/** What the host side of a kernel works with. */
export interface Context {
  readonly heap: Heap
  readonly pool: Pool
  readonly threads: number
}
