/** An array of a plain .safetensors file: one without the hashes of an artifact. */
export interface SavedTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array
}

const dtypeOf = (data: SavedTensor['data']): string => {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Float64Array) return 'F64'
  return data instanceof Int32Array ? 'I32' : 'U8'
}

/** Named arrays and texts as the bytes of a .safetensors file; wide types first, so that all are aligned. */
export const safetensorsBytes = (
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array => {
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT)
  let end = 0
  const entries = ordered.map(([name, { shape, data }]) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype: dtypeOf(data), shape, data_offsets: [begin, end] }] as const
  })
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }))
  // the data begins at a multiple of 8
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + length + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.fill(0x20, 8, 8 + length)
  bytes.set(text, 8)
  let at = 8 + length
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}
