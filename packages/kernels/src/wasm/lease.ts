import type { Heap } from './memory.js'

type Numbers = Float32Array | Int32Array | Float64Array

/** What one call of a kernel borrows from the heap; `end` gives everything back. */
export interface Lease {
  /** Address of that many bytes, as they are or zeroed. */
  bytes(count: number): number
  zeros(count: number): number
  /** Sets bytes. */
  fill(at: number, count: number, value: number): void
  /** Address of an array to be read: its own when it lies in the memory, else of a copy. */
  input(array: Numbers): number
  /** Address of an array to be written; `end` copies it out when it lies elsewhere. `read`: it is read too. */
  output(array: Float32Array | Int32Array, read?: boolean): number
  end(): void
}

export const openLease = (heap: Heap): Lease => {
  const regions: ReturnType<Heap['borrow']>[] = []
  const outputs: (() => void)[] = []
  const bytes = (count: number): number => {
    const region = heap.borrow(count)
    regions.push(region)
    return region.at
  }
  const view = (array: Numbers, at: number): Numbers =>
    array instanceof Float32Array
      ? heap.float32(at, array.length)
      : array instanceof Int32Array
        ? heap.int32(at, array.length)
        : heap.float64(at, array.length)
  const input = (array: Numbers): number => {
    if (heap.holds(array)) return array.byteOffset
    const at = bytes(array.byteLength)
    view(array, at).set(array)
    return at
  }
  const fill = (at: number, count: number, value: number) => {
    new Uint8Array(heap.memory.buffer, at, count).fill(value)
  }
  return {
    bytes,
    zeros(count) {
      const at = bytes(count)
      fill(at, count, 0)
      return at
    },
    fill,
    input,
    output(array, read = false) {
      if (heap.holds(array)) return array.byteOffset
      const at = read ? input(array) : bytes(array.byteLength)
      outputs.push(() => array.set(view(array, at)))
      return at
    },
    end() {
      for (const copy of outputs) copy()
      for (const region of regions) heap.giveBack(region)
    },
  }
}
