import { stat } from 'node:fs/promises'
import { DataError, listNames } from '../error.js'
import { checkFile } from '../files/path.js'
import { type MatrixPlace, matrixBytes, type NumberType, readBytes } from './matrix.js'

interface Tensor {
  readonly name: string
  readonly dtype: unknown
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

const MAX_HEADER = 2 ** 24

const wholes = (value: unknown): readonly number[] | undefined =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0) ? value : undefined

/** The tensors that a header lists, undefined where it is no header. */
const tensorsOf = (text: string): Tensor[] | undefined => {
  let header: unknown
  try {
    header = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof header !== 'object' || header === null) return undefined
  const tensors: Tensor[] = []
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const { dtype, shape, data_offsets } = (value ?? {}) as Record<string, unknown>
    const [sizes, offsets] = [wholes(shape), wholes(data_offsets)]
    if (!sizes || offsets?.length !== 2) return undefined
    tensors.push({ name, dtype, shape: sizes, begin: offsets[0]!, end: offsets[1]! })
  }
  return tensors
}

const TYPES = new Set<unknown>(['F16', 'BF16', 'F32', 'F64'] satisfies NumberType[])

/** Where a tensor of a .safetensors file is: the named one, else its only one of two dimensions. */
export const safetensorsMatrix = async (path: string, tensor?: string): Promise<MatrixPlace> => {
  await checkFile(path)
  const { size } = await stat(path)
  const fail = (message: string) => new DataError('unreadable', `invalid .safetensors file: ${message}`, { file: path })
  const head = await readBytes(path, 0, 8)
  const length = head.length === 8 ? Number(head.readBigUInt64LE()) : 0
  if (length === 0 || length > MAX_HEADER || 8 + length > size) throw fail('it does not begin as one')
  const tensors = tensorsOf((await readBytes(path, 8, length)).toString('utf8'))
  if (!tensors) throw fail('its header lists no tensors')
  const names = listNames(tensors.map(({ name, shape }) => `${name} [${shape.join(', ')}]`))
  const matrices = tensors.filter(({ shape }) => shape.length === 2)
  const found = tensor === undefined ? matrices[0] : tensors.find(({ name }) => name === tensor)
  if (tensor === undefined && matrices.length !== 1)
    throw new DataError('vectors', `expected one tensor of 2 dimensions, found ${names}`, {
      file: path,
      hint: 'name it: "tensor": "…"',
    })
  if (!found) throw new DataError('vectors', `missing tensor "${tensor}", found ${names}`, { file: path })
  const [rows, dim] = found.shape
  if (found.shape.length !== 2 || rows === undefined || dim === undefined || !TYPES.has(found.dtype))
    throw new DataError(
      'vectors',
      `expected 2 dimensions of F16, BF16, F32 or F64, got ${found.dtype} [${found.shape.join(', ')}] of tensor "${found.name}"`,
      { file: path },
    )
  const place = { path, start: 8 + length + found.begin, rows, dim, type: found.dtype as NumberType, byColumn: false }
  const bytes = matrixBytes(place)
  if (found.end - found.begin !== bytes || place.start + bytes > size)
    throw fail(`tensor "${found.name}" does not have the ${bytes} bytes of its shape`)
  return place
}
