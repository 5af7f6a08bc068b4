import { ArtifactError } from './error.js'
import { decoder, encode } from './platform.js'
import { sizes } from './tensor.js'

/** The format version in every file; readers refuse any other. */
export const version = '2'

/** The most bytes of a header, and the most tensors of a file. */
export const limits = { header: 8 * 1024 * 1024, tensors: 65_536 }

/** One tensor of a header: bytes `begin` to `end` after the header. */
export interface Slot {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** A header: its tensors and its metadata. */
export interface Header {
  /** Tensors in the order of the file. */
  readonly slots: readonly Slot[]
  readonly metadata: ReadonlyMap<string, string>
}

const ascending = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Order of tensors in a file: by element size, descending, so that every array is aligned without gaps; then by name.
 */
export const inOrder = (a: Pick<Slot, 'name' | 'dtype'>, b: Pick<Slot, 'name' | 'dtype'>): number =>
  sizes.get(b.dtype)! - sizes.get(a.dtype)! || ascending(a.name, b.name)

/** The canonical header: fixed order, and no spaces except padding to a multiple of 8 bytes. */
export const printHeader = ({ slots, metadata }: Header): Uint8Array => {
  // not JSON.stringify of an object, which would reorder names that look like integers
  const entries = [...metadata]
    .sort(([a], [b]) => ascending(a, b))
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  const tensors = slots.map(
    ({ name, dtype, shape, begin, end }) =>
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]}`,
  )
  const text = encode(`{${[`"__metadata__":{${entries.join(',')}}`, ...tensors].join(',')}}`)
  const bytes = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20)
  bytes.set(text)
  return bytes
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const slotOf = (name: string, value: unknown): Slot => {
  const wrong = (what: string) => new ArtifactError('tensor', `invalid ${what}`, name)
  if (!isRecord(value)) throw wrong('description')
  const { dtype, shape, data_offsets: offsets } = value
  const size = typeof dtype === 'string' ? sizes.get(dtype) : undefined
  if (!size) throw wrong('dtype')
  if (!Array.isArray(shape) || !shape.every(isSize)) throw wrong('shape')
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) throw wrong('data_offsets')
  const [begin, end] = offsets as [number, number]
  const bytes = shape.reduce((product: number, one: number) => product * one, size)
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    throw new ArtifactError('tensor', `shape [${shape.join(', ')}] takes ${bytes} bytes, got ${end - begin}`, name)
  }
  return { name, dtype: dtype as string, shape, begin, end }
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at])

/** Reads a header; refuses one that is not canonical, which excludes duplicate keys. */
export const readHeader = (bytes: Uint8Array): Header => {
  let parsed: unknown
  try {
    parsed = JSON.parse(decoder().decode(bytes))
  } catch {
    throw new ArtifactError('header', 'header is no JSON')
  }
  if (!isRecord(parsed)) throw new ArtifactError('header', 'header is no object')
  const entries = Object.entries(parsed)
  if (entries.length - 1 > limits.tensors) {
    throw new ArtifactError('tensor-count', `expected at most ${limits.tensors} tensors, got ${entries.length - 1}`)
  }
  const texts = Object.hasOwn(parsed, '__metadata__') ? parsed['__metadata__'] : undefined
  if (!isRecord(texts) || !Object.values(texts).every((value) => typeof value === 'string')) {
    throw new ArtifactError('header', 'invalid __metadata__')
  }
  const metadata = new Map(Object.entries(texts as Record<string, string>))
  const found = metadata.get('artifact')
  if (found !== version) {
    const older = found === '1' ? ': an earlier recspec wrote the file, train the model again' : ''
    throw new ArtifactError('version', `unsupported artifact version "${found ?? ''}", expected "${version}"${older}`)
  }
  const slots = entries.flatMap(([name, value]) => (name === '__metadata__' ? [] : [slotOf(name, value)])).sort(inOrder)
  if (!equal(printHeader({ slots, metadata }), bytes)) {
    throw new ArtifactError('header', 'header is not in its one form: order, spaces or duplicate keys')
  }
  return { slots, metadata }
}
