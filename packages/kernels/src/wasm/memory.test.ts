import { expect, test, vi } from 'vitest'
import { KernelMemoryError } from '../memoryerror.js'
import { openKernels } from '../open.js'
import { openHeap } from './memory.js'
import { openScratch } from './scratch.js'
import { platform } from './webassembly.js'

const thrownBy = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('arrays are zeroed, aligned and survive growth', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const first = kernels.int32(3)
  first.set([1, 2, 3])
  const second = kernels.float32(5_000_000)
  expect(first.byteOffset % 64).toBe(0)
  expect(second.byteOffset % 64).toBe(0)
  expect(second.every((value) => value === 0)).toBe(true)
  expect([...first]).toEqual([1, 2, 3])
  // the buffer object of the first array is outdated after growth: it must still count as inside
  const table = kernels.float32(4).fill(7)
  const out = kernels.float32(2)
  kernels.gather(table, 1, first.subarray(0, 2), out)
  expect([...out]).toEqual([7, 7])
})

test('a request beyond the memory throws with its size and the available bytes', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  for (const length of [2 ** 30, 2 ** 40, Number.NaN]) {
    const error = thrownBy(() => kernels.float32(length))
    expect(error).toBeInstanceOf(KernelMemoryError)
    expect(error).toMatchObject({ name: 'KernelMemoryError', requested: 4 * length })
    expect((error as KernelMemoryError).available).toBeGreaterThan(2 ** 27)
    expect((error as KernelMemoryError).available).toBeLessThan(2 ** 32)
  }
  expect(kernels.float32(10).length).toBe(10)
})

test('a kernel whose scratch does not fit rejects with the same error and frees its memory', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const values = kernels.float32(30_000)
  // partial sums of 30,000 x 30,000 float64
  await expect(kernels.gram(values, 30_000)).rejects.toBeInstanceOf(KernelMemoryError)
  expect((await kernels.gram(values.fill(1), 3)).every((sum) => sum === 10_000)).toBe(true)
})

test('a system that cannot reserve any memory throws the same error', () => {
  vi.spyOn(platform!, 'Memory').mockImplementation(function refuse() {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory')
  })
  expect(thrownBy(openHeap)).toBeInstanceOf(KernelMemoryError)
  vi.restoreAllMocks()
})

test('borrowed memory is reused, never shared, and zeroed where specified', () => {
  const heap = openHeap()
  const first = openScratch(heap)
  const at = first.bytes(1000)
  const other = first.zeros(500)
  expect(Math.abs(other - at)).toBeGreaterThanOrEqual(500)
  heap.float32(at, 250).fill(3)
  const kept = heap.allocate(64)
  first.release()
  const second = openScratch(heap)
  const again = second.zeros(990)
  expect(again).toBe(at)
  expect(heap.float32(again, 247).every((value) => value === 0)).toBe(true)
  heap.float32(again, 247).fill(9)
  second.release()
  expect([...heap.float32(kept, 16)]).toEqual(new Array(16).fill(0))
  expect([...heap.float32(heap.allocate(4096), 1024)]).toEqual(new Array(1024).fill(0))
})

test('concurrent calls of parallel kernels run one after the other', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 2 })
  const values = kernels.float32(20000 * 16).fill(1)
  const sums = await Promise.all([1, 2, 3].map(() => kernels.gram(values, 16)))
  for (const sum of sums) expect([...sum]).toEqual(new Array(256).fill(20000))
  await kernels.close()
})
