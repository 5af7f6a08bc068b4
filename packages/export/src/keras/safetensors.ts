import { ArtifactError } from '@recspec/core'

/** An array of a plain safetensors file. */
export interface PlainTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | Int32Array
}

const kinds = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const
type Kind = keyof typeof kinds

const kindOf = (data: PlainTensor['data']): Kind =>
  data instanceof Float32Array ? 'F32' : data instanceof Float64Array ? 'F64' : 'I32'

/** Arrays as the bytes of a safetensors file, as Python reads them. */
export const plainBytes = (
  tensors: ReadonlyMap<string, PlainTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array => {
  let end = 0
  // the widest numbers first keep every array aligned
  const sorted = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT)
  const slots = sorted.map(([name, { shape, data }]) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype: kindOf(data), shape, data_offsets: [begin, end] }]
  })
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(slots) })
  const header = new TextEncoder().encode(
    text.padEnd(text.length + ((8 - (new TextEncoder().encode(text).length % 8)) % 8)),
  )
  const out = new Uint8Array(8 + header.length + end)
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true)
  out.set(header, 8)
  let at = 8 + header.length
  for (const [, { data }] of sorted) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return out
}

interface Slot {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const invalid = (reason: string, name?: string) => new ArtifactError('tensor', reason, name)

/** Reads the float32 arrays of a safetensors file that Python wrote. Throws an `ArtifactError` where it is damaged. */
export const readPlain = (
  bytes: Uint8Array,
): { readonly tensors: ReadonlyMap<string, PlainTensor>; readonly metadata: Readonly<Record<string, string>> } => {
  const header = headerOf(bytes)
  const { __metadata__: metadata = {}, ...slots } = header as Record<string, Slot> & {
    __metadata__?: Record<string, string>
  }
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const tensors = new Map<string, PlainTensor>()
  for (const [name, slot] of Object.entries(slots as Record<string, Slot>)) {
    const { dtype, shape, data_offsets: [from, to] = [0, -1] } = slot
    if (dtype !== 'F32') throw invalid(`expected dtype F32, got ${dtype}`, name)
    const count = shape.reduce((product, size) => product * size, 1)
    if (to - from !== 4 * count || start + to > bytes.length)
      throw invalid('the file is cut off, or its header is wrong', name)
    // not bytes.slice: that of a Buffer is a view
    const data = new Float32Array(count)
    new Uint8Array(data.buffer).set(bytes.subarray(start + from, start + to))
    const wrong = data.findIndex((value) => !Number.isFinite(value))
    if (wrong >= 0) throw invalid(`has ${data[wrong]} at ${wrong}: training diverged`, name)
    tensors.set(name, { shape, data })
  }
  return { tensors, metadata }
}

const headerOf = (bytes: Uint8Array): object => {
  try {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
    if (typeof header === 'object' && header !== null) return header
  } catch {
    // below
  }
  throw new ArtifactError('header', 'expected a safetensors file')
}
