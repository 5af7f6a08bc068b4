import type { Ids } from '../dataset/ids.js'
import { ArtifactError } from './error.js'
import { encode } from './platform.js'
import type { ArtifactTensor, Tensors } from './tensor.js'
import { readTexts, type Texts, writeTexts } from './text.js'

const hash = (bytes: Uint8Array, from: number, to: number): number => {
  let state = 0x811c9dc5
  for (let at = from; at < to; at++) state = Math.imul(state ^ bytes[at]!, 0x01000193)
  state ^= state >>> 15
  return Math.imul(state, 0x2c1b3c6d) >>> 0
}

const same = ({ bytes, offsets }: Texts, index: number, other: Uint8Array, from: number, to: number): boolean => {
  const start = offsets[index]!
  if (offsets[index + 1]! - start !== to - from) return false
  for (let at = from; at < to; at++) if (bytes[start + at - from] !== other[at]) return false
  return true
}

// an open-addressing hash table of positions + 1: a Map of strings is limited to 16.7 million entries and takes ten
// times the memory
const tableOf = (name: string, texts: Texts) => {
  const table = new Int32Array(2 ** Math.ceil(Math.log2(2 * texts.count + 2)))
  const mask = table.length - 1
  const find = (bytes: Uint8Array, from: number, to: number): number => {
    let slot = hash(bytes, from, to) & mask
    while (table[slot] !== 0 && !same(texts, table[slot]! - 1, bytes, from, to)) slot = (slot + 1) & mask
    return slot
  }
  for (let index = 0; index < texts.count; index++) {
    const slot = find(texts.bytes, texts.offsets[index]!, texts.offsets[index + 1]!)
    if (table[slot] !== 0) throw new ArtifactError('text', `duplicate id "${texts.at(index)}"`, name)
    table[slot] = index + 1
  }
  return (bytes: Uint8Array): number => table[find(bytes, 0, bytes.length)]! - 1
}

/** Ids as two tensors, `<name>.bytes` and `<name>.offsets`. */
export const writeIds = (name: string, ids: Ids): Map<string, ArtifactTensor> => writeTexts(name, ids.count, ids.at)

/** Reads what `writeIds` wrote; takes 4 to 12 bytes per id in addition to its text. */
export const readIds = (name: string, tensors: Tensors): Ids => {
  const texts = readTexts(name, tensors)
  const position = tableOf(name, texts)
  // a lone surrogate would be encoded as the replacement character
  const indexOf = (id: string) => (/\p{Surrogate}/u.test(id) ? -1 : position(encode(id)))
  return { count: texts.count, at: texts.at, indexOf }
}
