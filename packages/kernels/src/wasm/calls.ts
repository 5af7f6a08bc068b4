import { kernelParameters, layouts } from '../boundary.generated.js'
import type { Exports } from './webassembly.js'

/** A kernel of the module. */
export type KernelName = keyof typeof kernelParameters

/** The arguments of a kernel by the names of its parameters: addresses, sizes and numbers. */
export type Arguments<K extends KernelName> = Readonly<Record<(typeof kernelParameters)[K][number], number>>

/** A kernel and the numbers it is called with, in order: what a thread is sent. */
export interface Call {
  readonly kernel: string
  readonly args: readonly number[]
}

/** A call from named arguments. */
export const call = <K extends KernelName>(kernel: K, args: Arguments<K>): Call => {
  const names: readonly string[] = kernelParameters[kernel]
  return { kernel, args: names.map((name) => (args as Readonly<Record<string, number>>)[name]!) }
}

/** Calls a kernel in this thread. */
export const invoke = <K extends KernelName>(here: Exports, kernel: K, args: Arguments<K>): number =>
  here[kernel]!(...call(kernel, args).args)!

/** Calls of one kernel for each thread, which share a cursor and have scratch of their own. */
export const perThread =
  <K extends KernelName>(
    kernel: K,
    args: Omit<Arguments<K>, 'scratch' | 'cursor'>,
    scratch: readonly number[],
    cursor: number,
  ) =>
  (thread: number): readonly Call[] => [
    call(kernel, { ...args, scratch: scratch[thread]!, cursor } as unknown as Arguments<K>),
  ]

/** A record that kernels read: an @unmanaged class of assembly/. */
export type RecordName = keyof typeof layouts

/** Values of all fields of a record. */
export type Fields<R extends RecordName> = Readonly<Record<keyof (typeof layouts)[R]['fields'], number>>

type Layout = {
  readonly size: number
  readonly fields: Readonly<Record<string, readonly [type: string, offset: number]>>
}

/** Bytes of a record. */
export const sizeOf = (record: RecordName): number => layouts[record].size

/** Writes fields of a record at an address; the others stay. */
export const writeRecord = <R extends RecordName>(
  buffer: ArrayBufferLike,
  record: R,
  at: number,
  values: Partial<Fields<R>>,
): void => {
  const view = new DataView(buffer, at, layouts[record].size)
  const { fields } = layouts[record] as Layout
  for (const [name, value] of Object.entries(values) as [string, number][]) {
    const [type, offset] = fields[name]!
    if (type === 'f64') view.setFloat64(offset, value, true)
    else if (type === 'f32') view.setFloat32(offset, value, true)
    // addresses reach 4 GiB: whole numbers are written modulo 2^32
    else view.setInt32(offset, value | 0, true)
  }
}

/** Reads an address from a record. */
export const readAddress = <R extends RecordName>(
  buffer: ArrayBufferLike,
  record: R,
  at: number,
  field: keyof (typeof layouts)[R]['fields'] & string,
): number => new DataView(buffer).getUint32(at + (layouts[record] as Layout).fields[field]![1], true)
