import { layouts, tensorCodes } from '../boundary.generated.js'
import type { TensorKernel, TensorKernels } from '../tensor/kernels.js'
import { openAllocator } from './allocator.js'
import { type Fields, type RecordName, writeRecord } from './calls.js'
import type { Context } from './context.js'

/** Bytes of a job at most. */
const JOB = 256

/** Writes the fields of a job: offsets in words, in the order of the layout. */
interface Writer {
  readonly names: readonly string[]
  readonly places: readonly number[]
  readonly isFloat: readonly boolean[]
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
    places: entries.map(([, [, offset]]) => offset / 4),
    isFloat: entries.map(([, [type]]) => type === 'f32'),
  }
}

export const openTensors = ({ heap, pool, threads }: Context): TensorKernels => {
  const blocks = openAllocator(heap)
  const job = heap.allocate(JOB)
  const words = heap.int32(job, JOB / 4)
  const floats = heap.float32(job, JOB / 4)
  const writers = new Map<string, Writer>()
  return {
    threads,
    allocate: blocks.allocate,
    free: blocks.free,
    memory: () => ({ used: blocks.used, total: blocks.total }),
    holds: heap.holds,
    float32: heap.float32,
    int32: heap.int32,
    writeRecord: <R extends RecordName>(record: R, at: number, values: Fields<R>) =>
      writeRecord(heap.memory.buffer, record, at, values),
    run(kernel, tasks, values) {
      if (tasks === 0) return
      let writer = writers.get(kernel)
      if (!writer) {
        writer = writerOf(kernel)
        writers.set(kernel, writer)
      }
      const { names, places, isFloat } = writer
      const given = values as Readonly<Record<string, number>>
      for (let k = 0; k < names.length; k++) {
        const value = given[names[k]!]!
        if (isFloat[k]) floats[places[k]!] = value
        else words[places[k]!] = value
      }
      pool.launch(tensorCodes[kernel as TensorKernel], job, tasks)
    },
  }
}
