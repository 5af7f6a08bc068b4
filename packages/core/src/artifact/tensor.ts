import { ArtifactError } from './error.js'

type Data = Float64Array | Float32Array | Int32Array | Uint8Array

/** A named array of an artifact; `shape` is row-major. */
export interface ArtifactTensor {
  readonly shape: readonly number[]
  readonly data: Data
}

/** Tensors by name. */
export type Tensors = ReadonlyMap<string, ArtifactTensor>

/** The element types of artifacts by their safetensors names. */
export type Dtype = 'F64' | 'F32' | 'I32' | 'U8'

/** Bytes per element. */
export const sizes: ReadonlyMap<string, number> = new Map([
  ['F64', 8],
  ['F32', 4],
  ['I32', 4],
  ['U8', 1],
])

export const dtypeOf = (data: Data): Dtype => {
  if (data instanceof Float64Array) return 'F64'
  if (data instanceof Float32Array) return 'F32'
  return data instanceof Int32Array ? 'I32' : 'U8'
}

/** A typed array over bytes, which must start at a multiple of its element size. */
export const viewOf = (dtype: string, bytes: Uint8Array): Data => {
  const { buffer, byteOffset, byteLength } = bytes
  if (dtype === 'F64') return new Float64Array(buffer, byteOffset, byteLength / 8)
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4)
  return dtype === 'I32' ? new Int32Array(buffer, byteOffset, byteLength / 4) : bytes
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: Data): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** Throws on NaN and infinities. */
export const checkFinite = (name: string, data: Data): void => {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return
  for (let place = 0; place < data.length; place++) {
    if (!Number.isFinite(data[place]!)) throw new ArtifactError('not-finite', `${data[place]} at ${place}`, name)
  }
}
