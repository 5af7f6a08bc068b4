import { type Fields, type RecordName, sizeOf, writeRecord } from './calls.js'
import type { Heap } from './memory.js'

type Numbers = Float32Array | Int32Array | Float64Array

/** Memory of one kernel call. */
export interface Scratch {
  /** Address of `count` bytes with unspecified contents. */
  bytes(count: number): number
  /** Address of `count` zeroed bytes. */
  zeros(count: number): number
  /** Sets bytes. */
  fill(at: number, count: number, value: number): void
  /** Address of an array to read: its own where it is in the memory, else that of a copy. */
  input(array: Numbers): number
  /** Address of an array to write; `release` copies it back where it is not in the memory. `read`: it is read too. */
  output(array: Float32Array | Int32Array, read?: boolean): number
  /** Address of records, one after the other. */
  records<R extends RecordName>(record: R, list: readonly Fields<R>[]): number
  /** A cursor that threads share. */
  cursor(): number
  /** Copies outputs back and frees everything. */
  release(): void
  /** Frees everything without copying. */
  discard(): void
}

export const openScratch = (heap: Heap): Scratch => {
  const regions: ReturnType<Heap['borrow']>[] = []
  const outputs: (() => void)[] = []
  const bytes = (count: number): number => {
    const region = heap.borrow(count)
    regions.push(region)
    return region.at
  }
  const fill = (at: number, count: number, value: number) => {
    new Uint8Array(heap.memory.buffer, at, count).fill(value)
  }
  const zeros = (count: number): number => {
    const at = bytes(count)
    fill(at, count, 0)
    return at
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
  const discard = () => {
    for (const region of regions.splice(0)) heap.giveBack(region)
  }
  return {
    bytes,
    zeros,
    fill,
    input,
    output(array, read = false) {
      if (heap.holds(array)) return array.byteOffset
      const at = read ? input(array) : bytes(array.byteLength)
      outputs.push(() => array.set(view(array, at)))
      return at
    },
    records(record, list) {
      const size = sizeOf(record)
      const at = bytes(list.length * size)
      for (const [place, fields] of list.entries()) writeRecord(heap.memory.buffer, record, at + place * size, fields)
      return at
    },
    cursor: () => zeros(64),
    release() {
      for (const copy of outputs) copy()
      discard()
    },
    discard,
  }
}

/** Runs work with scratch, which is released after it, and discarded if it throws. */
export const withScratch = <T>(heap: Heap, work: (scratch: Scratch) => T): T => {
  const scratch = openScratch(heap)
  try {
    const result = work(scratch)
    scratch.release()
    return result
  } catch (error) {
    scratch.discard()
    throw error
  }
}

/** `withScratch` for work that is asynchronous. */
export const withScratchAsync = async <T>(heap: Heap, work: (scratch: Scratch) => Promise<T>): Promise<T> => {
  const scratch = openScratch(heap)
  try {
    const result = await work(scratch)
    scratch.release()
    return result
  } catch (error) {
    scratch.discard()
    throw error
  }
}
