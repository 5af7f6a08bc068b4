import { afterEach, expect, test, vi } from 'vitest'
import type { Kernels } from './kernels.js'
import { openKernels } from './open.js'
import { platform } from './wasm/webassembly.js'

const workers = vi.hoisted(() => ({ start: true, asked: [] as unknown[] }))
vi.mock('#threads', async (original) => ({
  ...(await original<object>()),
  cores: () => 3,
  findWorkers: async (url: unknown) => {
    workers.asked.push(url)
    return workers.start
  },
}))

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  workers.asked = []
})

const opened = async (options: Parameters<typeof openKernels>[0]) => {
  const notes: string[] = []
  const kernels = await openKernels({ ...options, note: (text) => notes.push(text) })
  await kernels.close()
  return { implementation: kernels.implementation, threads: kernels.threads, notes, asked: workers.asked }
}

test('one thread per core where workers start, from the file that was named', async () => {
  workers.start = true
  expect(await opened({ worker: '/w.js' })).toEqual({ implementation: 'wasm', threads: 3, notes: [], asked: ['/w.js'] })
  expect((await opened({ threads: 1 })).asked).toEqual(['/w.js'])
})

test('one thread, and a note, where no worker starts', async () => {
  workers.start = false
  const { implementation, threads, notes } = await opened({ threads: 2 })
  expect([implementation, threads]).toEqual(['wasm', 1])
  expect(notes).toEqual([expect.stringContaining('run on one thread: no worker starts')])
})

test('TypeScript, and a note with the reason, where WebAssembly does not run', async () => {
  vi.spyOn(platform!, 'compile').mockRejectedValue(new Error('disallowed by the page'))
  expect(await opened({})).toMatchObject({
    implementation: 'typescript',
    notes: ['the kernels run in TypeScript: WebAssembly may not be compiled (disallowed by the page)'],
  })
  await expect(openKernels({ implementation: 'wasm' })).rejects.toThrow('WebAssembly: WebAssembly may not be compiled')
})

test('one thread, and a note, where memory cannot be shared: the same bytes', async () => {
  const sums = async (kernels: Kernels) => {
    const values = kernels.float32(3000).map((_, at) => Math.sin(at))
    const rows = kernels.float32(3000)
    rows.set(values)
    return [...(await kernels.gram(rows, 3)), ...(await kernels.topK(rows.subarray(0, 30), rows, 3, 5)).scores]
  }
  const expected = await sums(await openKernels({ threads: 1 }))
  vi.stubGlobal('SharedArrayBuffer', undefined)
  const { implementation, threads, notes } = await opened({ threads: 2 })
  expect([implementation, threads]).toEqual(['wasm', 1])
  expect(notes).toEqual([expect.stringContaining('a page must be isolated')])
  const kernels = await openKernels()
  expect(kernels.float32(4).buffer).toBeInstanceOf(ArrayBuffer)
  expect(await sums(kernels)).toEqual(expected)
})
