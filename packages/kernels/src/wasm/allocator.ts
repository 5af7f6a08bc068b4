import { KernelMemoryError } from '../memoryerror.js'
import type { Heap } from './memory.js'

/** Blocks of kernel memory that are reused by size. */
export interface Allocator {
  /** Address of a block of at least `bytes`, a multiple of 64, with unspecified contents. */
  allocate(bytes: number): number
  /** Gives back a block that was allocated with this size. */
  free(at: number, bytes: number): void
  /** Bytes of blocks in use, and of all blocks. */
  readonly used: number
  readonly total: number
}

/** Sizes between two powers of two are quarters of the smaller one, so that blocks of similar size are reused. */
export const blockSize = (bytes: number): number => {
  if (bytes <= 512) return Math.max(64, Math.ceil(bytes / 64) * 64)
  const unit = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2)
  return Math.ceil(bytes / unit) * unit
}

export const openAllocator = (heap: Heap): Allocator => {
  const free = new Map<number, number[]>()
  /** Sizes of blocks that were taken larger than asked for. */
  const larger = new Map<number, number>()
  let used = 0
  let total = 0

  /** The smallest free block above a size, up to a limit. */
  const above = (size: number, limit: number): number | undefined => {
    for (let bytes = blockSize(size + 1); bytes <= limit; bytes = blockSize(bytes + 1)) {
      const at = free.get(bytes)?.pop()
      if (at === undefined) continue
      larger.set(at, bytes)
      return at
    }
    return undefined
  }

  const fresh = (size: number): number => {
    try {
      const at = heap.allocate(size)
      total += size
      return at
    } catch (error) {
      const found = error instanceof KernelMemoryError ? above(size, heap.maxBytes) : undefined
      if (found === undefined) throw error
      return found
    }
  }

  return {
    allocate(bytes) {
      const size = blockSize(bytes)
      used += size
      // a larger block wastes less than a new one
      return free.get(size)?.pop() ?? above(size, 2 * size) ?? fresh(size)
    },
    free(at, bytes) {
      const asked = blockSize(bytes)
      used -= asked
      const size = larger.get(at) ?? asked
      larger.delete(at)
      const list = free.get(size)
      if (list) list.push(at)
      else free.set(size, [at])
    },
    get used() {
      return used
    },
    get total() {
      return total
    },
  }
}
