import { KernelMemoryError } from '../memoryerror.js'
import { type Memory, PAGE, platform } from './webassembly.js'

/** A region of memory that a kernel call borrows. */
interface Region {
  readonly at: number
  readonly bytes: number
}

/** One memory, shared with threads where that is possible, that grows on demand. The first page is the module's own. */
export interface Heap {
  readonly memory: Memory
  /** Bytes that the memory grows to at most. */
  readonly maxBytes: number
  /**
   * Address of `bytes` zeroed bytes that are never freed, 64-byte aligned; throws a KernelMemoryError beyond the limit.
   */
  allocate(bytes: number): number
  /** Like `allocate`, until given back; the contents are unspecified. */
  borrow(bytes: number): Region
  giveBack(region: Region): void
  /** Whether an array lies in this memory. */
  holds(array: { readonly buffer: ArrayBufferLike }): boolean
  float32(at: number, length: number): Float32Array
  float64(at: number, length: number): Float64Array
  int32(at: number, length: number): Int32Array
}

/** Pages a memory may grow to: 4 GiB, or less where so much cannot be reserved. */
const LIMITS = [65536, 32768, 16384, 8192, 4096]
/**
 * Growth detaches arrays in memory that is not shared, so it has its size from the start; pages take room when used.
 */
const UNSHARED_LIMITS = [16384, 8192, 4096, 1024]

const reserve = (shared: boolean): readonly [memory: Memory, pages: number] => {
  for (const maximum of shared ? LIMITS : UNSHARED_LIMITS) {
    try {
      return [new platform!.Memory({ initial: shared ? 1 : maximum, maximum, shared }), maximum]
    } catch {
      // the next limit is lower
    }
  }
  throw new KernelMemoryError(LIMITS.at(-1)! * PAGE, 0)
}

const rounded = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit

export const openHeap = (shared = true): Heap => {
  const [memory, maximum] = reserve(shared)
  // growth makes a new buffer object; views of the old ones stay valid
  const buffers = new WeakSet<ArrayBufferLike>([memory.buffer])
  const free: Region[] = []
  let next = PAGE
  let end = shared ? PAGE : maximum * PAGE
  // below this the contents are unspecified: regions were borrowed and given back there
  let used = PAGE

  const take = (bytes: number): number => {
    const at = next
    const after = at + rounded(Math.max(bytes, 1), 64)
    // not `after > limit`: NaN must fail too
    if (!(after <= maximum * PAGE)) throw new KernelMemoryError(bytes, maximum * PAGE - at)
    if (after > end) {
      const pages = Math.ceil((after - end) / PAGE)
      try {
        memory.grow(pages)
      } catch {
        throw new KernelMemoryError(bytes, end - at)
      }
      buffers.add(memory.buffer)
      end += pages * PAGE
    }
    next = after
    return at
  }

  const allocate = (bytes: number): number => {
    const at = take(bytes)
    if (at < used) new Uint8Array(memory.buffer, at, Math.min(next, used) - at).fill(0)
    return at
  }

  // the engine may replace the buffer object some time after a growth
  const current = () => {
    const { buffer } = memory
    buffers.add(buffer)
    return buffer
  }

  return {
    memory,
    maxBytes: maximum * PAGE,
    allocate,
    borrow(bytes) {
      // the smallest free region that fits and wastes little
      let best = -1
      for (const [place, region] of free.entries()) {
        const fits = region.bytes >= bytes && region.bytes <= 2 * bytes + PAGE
        if (fits && (best < 0 || region.bytes < free[best]!.bytes)) best = place
      }
      if (best >= 0) return free.splice(best, 1)[0]!
      const size = rounded(bytes, Math.max(64, 2 ** Math.floor(Math.log2(Math.max(bytes, 64)) - 3)))
      return { at: take(size), bytes: size }
    },
    giveBack: (region) => {
      free.push(region)
      // regions at the end become unallocated memory
      for (let place = 0; place < free.length; place++) {
        const { at, bytes } = free[place]!
        if (at + rounded(bytes, 64) !== next) continue
        used = Math.max(used, next)
        next = at
        free.splice(place, 1)
        place = -1
      }
    },
    holds: (array) => buffers.has(array.buffer),
    float32: (at, length) => new Float32Array(current(), at, length),
    float64: (at, length) => new Float64Array(current(), at, length),
    int32: (at, length) => new Int32Array(current(), at, length),
  }
}
