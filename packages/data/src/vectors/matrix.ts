import { open } from 'node:fs/promises'
import { DataError } from '../error.js'

/** How a number is stored, little-endian, under its safetensors name. */
export type NumberType = 'F16' | 'BF16' | 'F32' | 'F64'

/** Where a matrix of numbers is in a file. */
export interface MatrixPlace {
  readonly path: string
  /** Its first byte. */
  readonly start: number
  readonly rows: number
  readonly dim: number
  readonly type: NumberType
  /** Whether columns follow each other, not rows. */
  readonly byColumn: boolean
}

/** The numbers of `rows` rows of one width, row by row. */
export interface Matrix {
  readonly rows: number
  readonly dim: number
  readonly values: Float32Array
}

const bits = new Uint32Array(1)
const asFloat = new Float32Array(bits.buffer)

const fromBfloat16 = (half: number): number => {
  bits[0] = half << 16
  return asFloat[0]!
}

const fromFloat16 = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

interface Decoder {
  readonly bytes: number
  /** The number at a place, counted in numbers. */
  reader(buffer: ArrayBuffer): (at: number) => number
}

const decoder = (
  bytes: number,
  view: (buffer: ArrayBuffer) => ArrayLike<number>,
  convert?: (bits: number) => number,
): Decoder => ({
  bytes,
  reader: (buffer) => {
    const values = view(buffer)
    return convert ? (at) => convert(values[at]!) : (at) => values[at]!
  },
})

const DECODERS: Readonly<Record<NumberType, Decoder>> = {
  F16: decoder(2, (buffer) => new Uint16Array(buffer), fromFloat16),
  BF16: decoder(2, (buffer) => new Uint16Array(buffer), fromBfloat16),
  F32: decoder(4, (buffer) => new Float32Array(buffer)),
  F64: decoder(8, (buffer) => new Float64Array(buffer)),
}

/** The bytes that a matrix takes. */
export const matrixBytes = ({ rows, dim, type }: Pick<MatrixPlace, 'rows' | 'dim' | 'type'>): number =>
  rows * dim * DECODERS[type].bytes

/** Numbers decoded at a time. */
const PIECE = 2 ** 20

/** Reads a matrix in pieces; throws a `DataError` where the file ends too soon. */
export const readMatrix = async ({ path, start, rows, dim, type, byColumn }: MatrixPlace): Promise<Matrix> => {
  const { bytes, reader } = DECODERS[type]
  const count = rows * dim
  const values = new Float32Array(count)
  const buffer = new ArrayBuffer(Math.min(PIECE, count) * bytes)
  const at = reader(buffer)
  const file = await open(path)
  try {
    for (let from = 0; from < count; from += PIECE) {
      const size = Math.min(PIECE, count - from)
      const target = new Uint8Array(buffer, 0, size * bytes)
      for (let filled = 0; filled < target.length; ) {
        const { bytesRead } = await file.read(target, filled, target.length - filled, start + from * bytes + filled)
        if (bytesRead === 0)
          throw new DataError('unreadable', `truncated file, expected ${count} numbers of ${bytes} bytes`, {
            file: path,
          })
        filled += bytesRead
      }
      for (let place = 0; place < size; place++) {
        const index = from + place
        values[byColumn ? (index % rows) * dim + Math.floor(index / rows) : index] = at(place)
      }
    }
  } finally {
    await file.close()
  }
  return { rows, dim, values }
}

/** The first bytes of a file, fewer where it is shorter. */
export const readBytes = async (path: string, start: number, length: number): Promise<Buffer> => {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
