/** A message of protocol buffers as its encoded parts. */
export interface Message {
  readonly bytes: number
  readonly parts: readonly Uint8Array[]
}

const encoder = new TextEncoder()

/** A number in base 128, the lowest digits first; a negative one as 64 bits of two's complement. */
const varint = (value: number | bigint): Uint8Array => {
  let rest = BigInt.asUintN(64, BigInt(value))
  const digits: number[] = []
  do {
    const digit = Number(rest & 127n)
    rest >>= 7n
    digits.push(rest > 0n ? digit | 128 : digit)
  } while (rest > 0n)
  return Uint8Array.from(digits)
}

/** How the value of a field is encoded: a number, a length and bytes, or 32 bits. */
const VARINT = 0
const BYTES = 2
const BITS32 = 5

const key = (field: number, wire: number): Uint8Array => varint((field << 3) | wire)

/** An integer field. */
export const integer = (field: number, value: number | bigint): Message => message([key(field, VARINT), varint(value)])

/** A float field. */
export const float = (field: number, value: number): Message =>
  message([key(field, BITS32), new Uint8Array(Float32Array.of(value).buffer)])

/** A field of bytes. */
export const bytes = (field: number, value: Uint8Array): Message =>
  message([key(field, BYTES), varint(value.length), value])

/** A field of text, in UTF-8. */
export const text = (field: number, value: string): Message => bytes(field, encoder.encode(value))

/** A field with a message. */
export const nested = (field: number, { bytes: length, parts }: Message): Message =>
  message([key(field, BYTES), varint(length), ...parts])

/** A field of integers, packed. */
export const integers = (field: number, values: readonly number[]): Message =>
  nested(field, message(values.map((value) => varint(value))))

/** A field of floats, packed. */
export const floats = (field: number, values: readonly number[]): Message =>
  bytes(field, new Uint8Array(Float32Array.from(values).buffer))

const message = (parts: readonly Uint8Array[]): Message => ({
  bytes: parts.reduce((sum, part) => sum + part.length, 0),
  parts,
})

/** A message of these fields, in their order. */
export const messageOf = (fields: readonly Message[]): Message => ({
  bytes: fields.reduce((sum, field) => sum + field.bytes, 0),
  parts: fields.flatMap(({ parts }) => parts),
})

/** A message as one array. */
export const encoded = ({ bytes: length, parts }: Message): Uint8Array => {
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
