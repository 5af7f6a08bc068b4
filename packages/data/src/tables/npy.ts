/** A matrix of 32-bit floats, row by row, as the bytes of an .npy file (NumPy format version 1.0, little-endian). */
export const npyBytes = (values: Float32Array, width: number): Uint8Array => {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length / width}, ${width}), }`
  // magic, version and length are 10 bytes; the data begins at a multiple of 64
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10
  const header = new Uint8Array(10 + length)
  header.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, length & 255, length >> 8])
  header.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10)
  const bytes = new Uint8Array(header.length + values.byteLength)
  bytes.set(header)
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), header.length)
  return bytes
}
