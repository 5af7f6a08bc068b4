import { ArtifactError } from './error.js'
import { type Header, inOrder, limits, printHeader, readHeader, type Slot, version } from './header.js'
import { sha256 } from './platform.js'
import { type ArtifactTensor, bytesOf, checkFinite, dtypeOf, type Tensors, viewOf } from './tensor.js'

/** Strings stored with the tensors; the keys `artifact`, `sha256` and `digest` are reserved. */
export type Metadata = Readonly<Record<string, string>>

/** The contents of an artifact. */
export interface Contents {
  /** Views of the file's bytes where these are aligned. */
  readonly tensors: Tensors
  readonly metadata: ReadonlyMap<string, string>
  /** SHA-256 of the header, which contains the SHA-256 of every tensor: files are equal where digests are. */
  readonly digest: string
}

/** Metadata with the versions that wrote the file; it is outside of the content digest. */
export const madeByKey = 'madeBy'

const reserved = ['artifact', 'sha256', 'digest']

const layout = (tensors: Tensors): Slot[] => {
  let begin = 0
  return [...tensors]
    .map(([name, { shape, data }]) => ({ name, shape, dtype: dtypeOf(data), bytes: data.byteLength }))
    .sort(inOrder)
    .map(({ bytes, ...slot }) => {
      const from = begin
      begin += bytes
      return { ...slot, begin: from, end: begin }
    })
}

const check = (tensors: Tensors, metadata: Metadata): void => {
  if (tensors.size > limits.tensors) {
    throw new ArtifactError('tensor-count', `expected at most ${limits.tensors} tensors, got ${tensors.size}`)
  }
  for (const [name, { shape, data }] of tensors) {
    if (name === '__metadata__') throw new ArtifactError('tensor', 'invalid name', name)
    const count = shape.reduce((product, size) => product * size, 1)
    if (count !== data.length) {
      throw new ArtifactError('tensor', `shape [${shape.join(', ')}] holds ${count} values, got ${data.length}`, name)
    }
    checkFinite(name, data)
  }
  const taken = reserved.find((key) => Object.hasOwn(metadata, key))
  if (taken) throw new ArtifactError('header', `metadata "${taken}" is written by recspec`)
}

const withDigest = async (slots: readonly Slot[], texts: ReadonlyMap<string, string>): Promise<Header> => {
  const metadata = new Map(texts)
  metadata.delete('digest')
  const digest = await sha256(printHeader({ slots, metadata }))
  return { slots, metadata: new Map(metadata).set('digest', digest) }
}

const headerOf = async (tensors: Tensors, metadata: Metadata): Promise<Header> => {
  check(tensors, metadata)
  const slots = layout(tensors)
  const hashes: string[] = []
  for (const { name } of slots) {
    hashes.push(`${JSON.stringify(name)}:"${await sha256(bytesOf(tensors.get(name)!.data))}"`)
  }
  const texts = new Map(Object.entries(metadata)).set('artifact', version).set('sha256', `{${hashes.join(',')}}`)
  return withDigest(slots, texts)
}

/** The digest of an artifact with these contents. Metadata must not contain times or thread counts. */
export const digest = async (tensors: Tensors, metadata: Metadata): Promise<string> =>
  (await headerOf(tensors, metadata)).metadata.get('digest')!

/** One little-endian safetensors file; equal contents give equal bytes. Throws an `ArtifactError`. */
export const write = async (tensors: Tensors, metadata: Metadata): Promise<Uint8Array> => {
  const { slots, ...rest } = await headerOf(tensors, metadata)
  const header = printHeader({ slots, ...rest })
  if (header.length > limits.header) {
    throw new ArtifactError('header-size', `expected a header of at most ${limits.header} bytes, got ${header.length}`)
  }
  const start = 8 + header.length
  const file = new Uint8Array(start + (slots.at(-1)?.end ?? 0))
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  for (const { name, begin } of slots) file.set(bytesOf(tensors.get(name)!.data), start + begin)
  return file
}

const headerLength = (file: Uint8Array): number => {
  if (file.length < 8) throw new ArtifactError('truncated', `expected at least 8 bytes, got ${file.length}`)
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  if (length > limits.header || length % 8 !== 0) {
    throw new ArtifactError('header-size', `expected a header of at most ${limits.header} bytes, got ${length}`)
  }
  if (length > file.length - 8) {
    throw new ArtifactError('truncated', `expected a header of ${length} bytes, got ${file.length - 8}`)
  }
  return length
}

/**
 * SHA-256 of the contents of an artifact (tensors, document, seed, states), in hexadecimal: equal for equal models,
 * whichever versions of recspec and its plugins wrote them. Reads the header only; throws an `ArtifactError` where that
 * is damaged.
 */
export const contentDigest = async (file: Uint8Array): Promise<string> => {
  const { slots, metadata } = readHeader(file.subarray(8, 8 + headerLength(file)))
  const content = new Map(metadata)
  for (const name of ['digest', madeByKey]) content.delete(name)
  return sha256(printHeader({ slots, metadata: content }))
}

/** Reads a file and verifies all of it; throws an `ArtifactError`. */
export const read = async (bytes: Uint8Array): Promise<Contents> => {
  // typed arrays need bytes that start at a multiple of their element size
  const file = bytes.byteOffset % 8 === 0 ? bytesOf(bytes) : new Uint8Array(bytes)
  const length = headerLength(file)
  const { slots, metadata } = readHeader(file.subarray(8, 8 + length))
  const data = file.subarray(8 + length)
  let end = 0
  for (const slot of slots) {
    if (slot.begin !== end)
      throw new ArtifactError('layout', `expected to begin at ${end}, got ${slot.begin}`, slot.name)
    end = slot.end
  }
  if (end > data.length) throw new ArtifactError('truncated', `expected ${end} bytes of tensors, got ${data.length}`)
  if (end < data.length) throw new ArtifactError('layout', `${data.length - end} bytes too many`)
  const expected = await withDigest(slots, metadata)
  if (metadata.get('digest') !== expected.metadata.get('digest')) {
    throw new ArtifactError('digest', 'header differs from its digest')
  }
  const hashes = hashesOf(metadata)
  const tensors = new Map<string, ArtifactTensor>()
  for (const { name, dtype, shape, begin, end } of slots) {
    const own = data.subarray(begin, end)
    if ((await sha256(own)) !== hashes.get(name)) throw new ArtifactError('digest', 'differs from its digest', name)
    const array = viewOf(dtype, own)
    checkFinite(name, array)
    tensors.set(name, { shape, data: array })
  }
  const texts = new Map([...metadata].filter(([key]) => !reserved.includes(key)))
  return { tensors, metadata: texts, digest: metadata.get('digest')! }
}

const hashesOf = (metadata: ReadonlyMap<string, string>): Map<string, unknown> => {
  try {
    return new Map(Object.entries(JSON.parse(metadata.get('sha256') ?? '') as Record<string, unknown>))
  } catch {
    throw new ArtifactError('header', 'invalid metadata "sha256"')
  }
}
