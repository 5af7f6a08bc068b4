import { TRACE_BACKEND, tf } from '@recspec/core'

/** What a value of a trace is: a constant, a value that has a name in the graph, or the output of a call. */
export type TracedValue = {
  readonly shape: readonly number[]
  readonly dtype: tf.DataType
} & (
  | { readonly of: 'constant'; readonly values: ArrayLike<number> }
  | { readonly of: 'name'; readonly name: string }
  | { readonly of: 'call'; readonly call: number; readonly output: number }
)

/** A kernel of tfjs that was run. */
export interface TracedCall {
  readonly kernel: string
  /** The place of the document's node that ran it, `/ops/score`. */
  readonly place: string
  /** Values by the kernel's own names of its inputs, or in order. */
  readonly inputs: ReadonlyMap<string, number>
  readonly attributes: Readonly<Record<string, unknown>>
  readonly outputs: readonly number[]
}

/** Everything that ran, in order; values are numbered in the order in which they were met. */
export interface Trace {
  readonly values: readonly TracedValue[]
  readonly calls: readonly TracedCall[]
  /** The values that the traced function returned. */
  readonly results: readonly number[]
}

/** What the traced function may say of its operations. */
export interface Recorder {
  /** A tensor of these numbers, which has a name in the graph. */
  named(name: string, values: ArrayLike<number>, shape: readonly number[], dtype?: tf.DataType): tf.Tensor
  /** Runs operations that belong to a place of the document. */
  at<T>(place: string, run: () => T): T
}

/** A value that operations read while they run decides what they do, which a graph cannot know. */
export class ReadWhileTraced extends Error {
  override readonly name = 'ReadWhileTraced'
  readonly place: string

  constructor(place: string) {
    super('reads the numbers of a tensor while it runs')
    this.place = place
  }
}

/** What kernels of tfjs's cpu backend are run with. */
type Backend = tf.KernelBackend & {
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo
  disposeIntermediateTensorInfo(info: tf.TensorInfo): void
}

type KernelCall = Parameters<tf.KernelFunc>[0]

/** The trace that is being recorded. */
let current: ((name: string, call: KernelCall, run: () => tf.TensorInfo[]) => tf.TensorInfo[]) | undefined
let checkRead: (() => void) | undefined

/** Registers the kernels of tfjs's cpu backend under the name of the recording backend, each recording its calls. */
const registerBackend = (): void => {
  if (tf.findBackendFactory(TRACE_BACKEND)) return
  const cpu = tf.findBackendFactory('cpu')
  if (!cpu) throw new Error('the cpu backend of tfjs is not there')
  tf.registerBackend(TRACE_BACKEND, () => {
    const backend = cpu() as Backend
    const read = backend.readSync.bind(backend)
    backend.readSync = (dataId) => {
      checkRead?.()
      return read(dataId)
    }
    return backend
  })
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu'))
    tf.registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
      kernelFunc: (call) => {
        if (!current) return kernelFunc(call)
        let several = false
        const results = current(kernelName, call, () => {
          const found = kernelFunc(call)
          several = Array.isArray(found)
          return [found].flat()
        })
        return several ? results : results[0]!
      },
    })
}

const copyOf = (values: ArrayLike<number>): ArrayLike<number> =>
  ArrayBuffer.isView(values) ? (values as unknown as Float32Array).slice() : Array.from(values)

const entriesOf = (inputs: KernelCall['inputs']): readonly (readonly [string, tf.TensorInfo])[] =>
  Object.entries(inputs as unknown as Record<string, tf.TensorInfo | undefined>).filter(
    (entry): entry is [string, tf.TensorInfo] => entry[1] !== undefined && entry[1] !== null,
  )

/**
 * Runs operations of tfjs and records them. Runs on tfjs's cpu kernels; the backend that was active is active again
 * afterwards.
 */
export const trace = async (run: (recorder: Recorder) => readonly tf.Tensor[]): Promise<Trace> => {
  registerBackend()
  const before = tf.getBackend()
  await tf.setBackend(TRACE_BACKEND)
  try {
    return record(run)
  } finally {
    if (before) await tf.setBackend(before)
  }
}

const record = (run: (recorder: Recorder) => readonly tf.Tensor[]): Trace => {
  const values: TracedValue[] = []
  const calls: TracedCall[] = []
  const numbers = new Map<object, number>()
  const backend = tf.backend() as Backend
  const places: string[] = []
  const place = () => places.at(-1) ?? ''
  let inKernel = 0

  const put = (dataId: object, value: TracedValue): number => {
    numbers.set(dataId, values.length)
    return values.push(value) - 1
  }
  const read = (dataId: object): ArrayLike<number> => {
    inKernel++
    try {
      return backend.readSync(dataId) as Float32Array
    } finally {
      inKernel--
    }
  }
  const numberOf = ({ dataId, shape, dtype }: tf.TensorInfo): number =>
    numbers.get(dataId) ?? put(dataId, { shape, dtype, of: 'constant', values: copyOf(read(dataId)) })

  current = (kernel, call, work) => {
    if (inKernel > 0) return work()
    const inputs = entriesOf(call.inputs)
    const read = new Map(inputs.map(([name, info]) => [name, numberOf(info)]))
    inKernel++
    let results: tf.TensorInfo[]
    try {
      results = work().map((info) => {
        if (!numbers.has(info.dataId)) return info
        // some kernels return the data of an input, which would then be two values
        const copied = backend.makeTensorInfo(info.shape, info.dtype, backend.readSync(info.dataId))
        backend.disposeIntermediateTensorInfo(info)
        return copied
      })
    } finally {
      inKernel--
    }
    // what follows from constants alone is one
    if ([...read.values()].every((value) => values[value]!.of === 'constant')) {
      for (const info of results) numberOf(info)
      return results
    }
    const attributes = { ...(call.attrs as Record<string, unknown> | undefined) }
    const outputs = results.map(({ dataId, shape, dtype }, output) =>
      put(dataId, { shape, dtype, of: 'call', call: calls.length, output }),
    )
    calls.push({ kernel, place: place(), inputs: read, attributes, outputs })
    return results
  }
  checkRead = () => {
    if (inKernel === 0) throw new ReadWhileTraced(place())
  }
  let traced: readonly number[] = []
  try {
    tf.tidy(() => {
      const recorder: Recorder = {
        named(name, from, shape, dtype = 'float32') {
          const typed = dtype === 'int32' ? Int32Array.from(from) : Float32Array.from(from)
          const tensor = tf.tensor(typed, shape as number[], dtype)
          put(tensor.dataId, { shape, dtype, of: 'name', name })
          return tensor
        },
        at(where, work) {
          places.push(where)
          try {
            return work()
          } finally {
            places.pop()
          }
        },
      }
      traced = run(recorder).map((tensor) => numberOf(tensor))
    })
    return { values, calls, results: traced }
  } finally {
    current = undefined
    checkRead = undefined
  }
}
