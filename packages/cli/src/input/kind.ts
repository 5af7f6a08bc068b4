import { limits } from '@recspec/dsl'
import { parseJsonc } from './jsonc.js'

/** The kind of a file of recspec. */
export type FileKind = 'trained model' | 'document' | 'data document'

const SECTIONS = ['inputs', 'embeddings', 'ops', 'heads', 'solver']
const TABLES = ['events', 'test', 'users', 'items', 'candidates']

/** The kind of a file, from its content; undefined where it is not a file of recspec. */
export const kindOf = (content: Uint8Array): FileKind | undefined => {
  if (isSafetensors(content)) return 'trained model'
  if (content.length > limits.bytes) return undefined
  let json: unknown
  try {
    json = parseJsonc(new TextDecoder().decode(content))
  } catch {
    return undefined
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  if (SECTIONS.some((name) => Object.hasOwn(json, name))) return 'document'
  return TABLES.some((name) => isTable((json as Record<string, unknown>)[name])) ? 'data document' : undefined
}

/** Eight bytes with the length of a header, and a header in JSON. */
const isSafetensors = (content: Uint8Array): boolean => {
  if (content.length < 9 || content[8] !== 0x7b) return false
  const length = new DataView(content.buffer, content.byteOffset).getBigUint64(0, true)
  return length <= BigInt(content.length - 8)
}

const isTable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('file' in value || 'query' in value)
