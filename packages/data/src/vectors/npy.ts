import { readFile, stat } from 'node:fs/promises'
import { DataError } from '../error.js'
import { checkFile } from '../files/path.js'
import { type MatrixPlace, matrixBytes, type NumberType, readBytes } from './matrix.js'

/** The header of an .npy file. */
interface Header {
  readonly start: number
  /** NumPy's name of the type, as "<f4". */
  readonly type: string
  readonly byColumn: boolean
  readonly shape: readonly number[]
}

const MAX_HEADER = 2 ** 16

const readHeader = async (path: string): Promise<Header> => {
  await checkFile(path)
  const bytes = await readBytes(path, 0, MAX_HEADER)
  const fail = (message: string) => new DataError('unreadable', `invalid .npy file: ${message}`, { file: path })
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw fail('it does not begin as one')
  const version = bytes[6]!
  const [length, from] = version === 1 ? [bytes.readUInt16LE(8), 10] : [bytes.readUInt32LE(8), 12]
  const text = bytes.toString('latin1', from, from + length)
  if (text.length < length) throw fail('its header is truncated')
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1]
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1]
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1]
  if (type === undefined || order === undefined || shape === undefined) throw fail('expected one type and a shape')
  return {
    start: from + length,
    type,
    byColumn: order === 'True',
    shape: shape
      .split(',')
      .filter((size) => size.trim() !== '')
      .map(Number),
  }
}

const TYPES: Readonly<Record<string, NumberType>> = { '<f2': 'F16', '<f4': 'F32', '<f8': 'F64' }

/** Where the matrix of an .npy file is; throws a `DataError` where it has no 2-d floats. */
export const npyMatrix = async (path: string): Promise<MatrixPlace> => {
  const { start, type, byColumn, shape } = await readHeader(path)
  const [rows, dim] = shape
  if (shape.length !== 2 || rows === undefined || dim === undefined)
    throw new DataError('vectors', `expected an array of 2 dimensions, got shape [${shape.join(', ')}]`, { file: path })
  const known = TYPES[type]
  if (!known)
    throw new DataError('vectors', `unknown type "${type}", expected little-endian floats of 16, 32 or 64 bits`, {
      file: path,
      hint: "write it with .astype('<f4')",
    })
  const place = { path, start, rows, dim, type: known, byColumn }
  const { size } = await stat(path)
  const expected = start + matrixBytes(place)
  if (size !== expected)
    throw new DataError('unreadable', `invalid .npy file: expected ${expected} bytes, got ${size}`, { file: path })
  return place
}

const integer = (type: string): ((bytes: Buffer, at: number) => bigint | number) | undefined => {
  if (type === '<i8') return (bytes, at) => bytes.readBigInt64LE(at)
  if (type === '<u8') return (bytes, at) => bytes.readBigUInt64LE(at)
  const found = /^[<|]([iu])([124])$/.exec(type)
  if (!found) return undefined
  const size = Number(found[2])
  return found[1] === 'i' ? (bytes, at) => bytes.readIntLE(at, size) : (bytes, at) => bytes.readUIntLE(at, size)
}

/** How an id of a type is read. */
const idReader = (type: string): { readonly size: number; id(bytes: Buffer, at: number): string } | undefined => {
  const text = /^([<|])([US])(\d+)$/.exec(type)
  if (text) {
    const wide = text[2] === 'U' // 4 bytes a character, padded with NUL
    const size = Number(text[3]) * (wide ? 4 : 1)
    return {
      size,
      id: (bytes, at) => {
        if (!wide) return bytes.toString('utf8', at, at + size).replace(/\0+$/, '')
        let id = ''
        for (let place = at; place < at + size; place += 4) {
          const code = bytes.readUInt32LE(place)
          if (code !== 0) id += String.fromCodePoint(Math.min(code, 0x10ffff))
        }
        return id
      },
    }
  }
  const read = integer(type)
  return read && { size: Number(type.slice(2)), id: (bytes, at) => String(read(bytes, at)) }
}

/** The ids of an .npy file: one dimension of strings or whole numbers. */
export const npyIds = async (path: string): Promise<string[]> => {
  const { start, type, shape } = await readHeader(path)
  const reader = idReader(type)
  const [count] = shape
  if (!reader || shape.length !== 1 || count === undefined)
    throw new DataError(
      'vectors',
      `expected one dimension of strings or whole numbers, got "${type}" of shape [${shape.join(', ')}]`,
      { file: path, hint: 'a text file with one id a line will do' },
    )
  const bytes = (await readFile(path)).subarray(start)
  if (bytes.length !== count * reader.size)
    throw new DataError(
      'unreadable',
      `invalid .npy file: expected ${start + count * reader.size} bytes, got ${start + bytes.length}`,
      { file: path },
    )
  return Array.from({ length: count }, (_, row) => reader.id(bytes, row * reader.size))
}
