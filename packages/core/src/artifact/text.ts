import { ArtifactError } from './error.js'
import { decoder, encode } from './platform.js'
import type { ArtifactTensor, Tensors } from './tensor.js'

/** Texts of an artifact by position, kept as bytes. */
export interface Texts {
  readonly count: number
  /** All texts as UTF-8, concatenated. */
  readonly bytes: Uint8Array
  /** Text k is bytes[offsets[k]] … bytes[offsets[k + 1] − 1]. */
  readonly offsets: Int32Array
  at(index: number): string
}

const whole = decoder()

const textsOf = (bytes: Uint8Array, offsets: Int32Array): Texts => ({
  count: offsets.length - 1,
  bytes,
  offsets,
  at: (index) => whole.decode(bytes.subarray(offsets[index], offsets[index + 1])),
})

/** Texts as two tensors, `<name>.bytes` and `<name>.offsets`. */
export const writeTexts = (name: string, count: number, at: (index: number) => string): Map<string, ArtifactTensor> => {
  const offsets = new Int32Array(count + 1)
  let bytes = new Uint8Array(Math.max(16, count * 12))
  let end = 0
  for (let index = 0; index < count; index++) {
    const text = at(index)
    // a lone surrogate has no UTF-8: two different texts would become the same bytes
    if (/\p{Surrogate}/u.test(text)) throw new ArtifactError('text', `text ${index} is no valid Unicode`, name)
    const own = encode(text)
    if (end + own.length > 0x7fffffff) throw new ArtifactError('text', 'texts take more than 2 GiB', name)
    if (end + own.length > bytes.length) {
      const larger = new Uint8Array(2 * (end + own.length))
      larger.set(bytes.subarray(0, end))
      bytes = larger
    }
    bytes.set(own, end)
    end += own.length
    offsets[index + 1] = end
  }
  return new Map([
    [`${name}.bytes`, { shape: [end], data: bytes.subarray(0, end) }],
    [`${name}.offsets`, { shape: [count + 1], data: offsets }],
  ])
}

const checkUnicode = (name: string, bytes: Uint8Array): void => {
  const checked = decoder()
  try {
    for (let from = 0; from < bytes.length; from += 1 << 20) {
      checked.decode(bytes.subarray(from, from + (1 << 20)), { stream: true })
    }
    checked.decode()
  } catch {
    throw new ArtifactError('text', 'bytes are no UTF-8', `${name}.bytes`)
  }
}

/** Reads what `writeTexts` wrote; throws an `ArtifactError` on invalid offsets or UTF-8. */
export const readTexts = (name: string, tensors: Tensors): Texts => {
  const bytes = tensors.get(`${name}.bytes`)?.data
  const offsets = tensors.get(`${name}.offsets`)?.data
  if (!(bytes instanceof Uint8Array)) throw new ArtifactError('tensor', 'missing', `${name}.bytes`)
  if (!(offsets instanceof Int32Array)) throw new ArtifactError('tensor', 'missing', `${name}.offsets`)
  let valid = offsets.length > 0 && offsets[0] === 0 && offsets[offsets.length - 1] === bytes.length
  for (let index = 1; valid && index < offsets.length; index++) {
    // a text must start at a character, not at a continuation byte 10xxxxxx
    valid = offsets[index]! >= offsets[index - 1]! && (bytes[offsets[index]!]! & 0xc0) !== 0x80
  }
  if (!valid) throw new ArtifactError('text', 'invalid offsets', `${name}.offsets`)
  checkUnicode(name, bytes)
  return textsOf(bytes, offsets)
}
