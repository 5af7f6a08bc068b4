/** CRC-32C (Castagnoli) of bytes. */
const crc32c = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) crc = table[(crc ^ byte) & 255]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc >>> 0
})

/** A checksum as TFRecord stores it. */
const masked = (bytes: Uint8Array): number => {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Little-endian numbers. */
const words = (size: number, write: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(size)
  write(new DataView(bytes.buffer))
  return bytes
}

/** A record of a TFRecord file: length, its checksum, the content, its checksum. */
const record = (content: Uint8Array): Uint8Array => {
  const length = words(8, (view) => view.setBigUint64(0, BigInt(content.length), true))
  const checksum = (bytes: Uint8Array) => words(4, (view) => view.setUint32(0, masked(bytes), true))
  return joined(length, checksum(length), content, checksum(content))
}

// fields of protocol buffers: a key with the number and the kind of the field, then its value

const varint = (value: number): Uint8Array => {
  const bytes: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Uint8Array.of(...bytes, left)
    bytes.push((left % 128) | 128)
  }
}
const key = (field: number, kind: number): Uint8Array => varint(8 * field + kind)
const integer = (field: number, value: number): Uint8Array => joined(key(field, 0), varint(value))
const double = (field: number, value: number): Uint8Array =>
  joined(
    key(field, 1),
    words(8, (view) => view.setFloat64(0, value, true)),
  )
const float = (field: number, value: number): Uint8Array =>
  joined(
    key(field, 5),
    words(4, (view) => view.setFloat32(0, value, true)),
  )
const bytes = (field: number, value: Uint8Array): Uint8Array => joined(key(field, 2), varint(value.length), value)
const text = (field: number, value: string): Uint8Array => bytes(field, new TextEncoder().encode(value))

/** Parts of an event file of TensorBoard: records with an `Event`, whose fields are wall time, step and summary. */
export const eventFile = {
  /** The first record, which names the version. */
  start: (seconds: number): Uint8Array => record(joined(double(1, seconds), text(3, 'brain.Event:2'))),
  /** A record with numbers by their tags. */
  scalars: (seconds: number, step: number, values: Readonly<Record<string, number>>): Uint8Array => {
    const summary = Object.entries(values).map(([tag, value]) => bytes(1, joined(text(1, tag), float(2, value))))
    return record(joined(double(1, seconds), integer(2, step), bytes(5, joined(...summary))))
  },
}
