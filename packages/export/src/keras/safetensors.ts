import { ArtifactError, type SavedTensor } from '@recspec/core'

interface Slot {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const invalid = (reason: string, name?: string) => new ArtifactError('tensor', reason, name)

/** Reads the float32 arrays of a safetensors file that Python wrote. Throws an `ArtifactError` where it is damaged. */
export const readPlain = (
  bytes: Uint8Array,
): { readonly tensors: ReadonlyMap<string, SavedTensor>; readonly metadata: Readonly<Record<string, string>> } => {
  const header = headerOf(bytes)
  const { __metadata__: metadata = {}, ...slots } = header as Record<string, Slot> & {
    __metadata__?: Record<string, string>
  }
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const tensors = new Map<string, SavedTensor>()
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
