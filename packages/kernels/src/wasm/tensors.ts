import { layouts, tensorCodes } from '../boundary.generated.js'
import type { TensorKernel, TensorKernels } from '../tensor/kernels.js'
import { openAllocator } from './allocator.js'
import type { Context } from './context.js'

/** Bytes of a job at most. */
const JOB = 256

/** The fields of a job in the order of its layout: their types, and their places in numbers of that size. */
interface Writer {
  readonly names: readonly string[]
  readonly types: readonly string[]
  readonly places: readonly number[]
}

const writerOf = (kernel: string): Writer => {
  const name = `${kernel[0]!.toUpperCase()}${kernel.slice(1)}Job` as keyof typeof layouts
  const { size, fields } = layouts[name] as {
    readonly size: number
    readonly fields: Readonly<Record<string, readonly [type: string, offset: number]>>
  }
  if (size > JOB) throw new Error(`${name} has ${size} bytes, at most ${JOB} fit`)
  const entries = Object.entries(fields)
  return {
    names: entries.map(([field]) => field),
    types: entries.map(([, [type]]) => type),
    places: entries.map(([, [type, offset]]) => offset / (type === 'f64' ? 8 : 4)),
  }
}

export const openTensors = ({ heap, pool, threads }: Context): TensorKernels => {
  const blocks = openAllocator(heap)
  const job = heap.allocate(JOB)
  const words = heap.int32(job, JOB / 4)
  const floats = heap.float32(job, JOB / 4)
  const doubles = heap.float64(job, JOB / 8)
  const writers = new Map<string, Writer>()
  return {
    threads,
    allocate: blocks.allocate,
    free: blocks.free,
    memory: () => ({ used: blocks.used, total: blocks.total }),
    holds: heap.holds,
    float32: heap.float32,
    int32: heap.int32,
    run(kernel, tasks, values) {
      if (tasks === 0) return
      let writer = writers.get(kernel)
      if (!writer) {
        writer = writerOf(kernel)
        writers.set(kernel, writer)
      }
      const { names, types, places } = writer
      const given = values as Readonly<Record<string, number>>
      for (let k = 0; k < names.length; k++) {
        const value = given[names[k]!]!
        if (types[k] === 'f32') floats[places[k]!] = value
        else if (types[k] === 'f64') doubles[places[k]!] = value
        else words[places[k]!] = value
      }
      pool.launch(tensorCodes[kernel as TensorKernel], job, tasks)
    },
  }
}
