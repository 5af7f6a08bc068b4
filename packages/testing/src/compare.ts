/** Whether two arrays hold the same bits. */
export const sameBits = (a: ArrayBufferView, b: ArrayBufferView): boolean => {
  if (a.byteLength !== b.byteLength) return false
  const [one, other] = [bytesOf(a), bytesOf(b)]
  for (let place = 0; place < one.length; place++) if (one[place] !== other[place]) return false
  return true
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength)

/** The first place where two lists of numbers differ by more than a share of their size; −1 where none does. */
export const firstDifference = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 1e-4): number => {
  if (a.length !== b.length) return Math.min(a.length, b.length)
  let scale = 1
  for (let place = 0; place < a.length; place++)
    if (Number.isFinite(a[place]!)) scale = Math.max(scale, Math.abs(a[place]!))
  for (let place = 0; place < a.length; place++)
    if (!Object.is(a[place], b[place]) && !(Math.abs(a[place]! - b[place]!) <= tolerance * scale)) return place
  return -1
}

/** A number with the digits that a float32 has. */
export const short = (value: number | undefined): string =>
  value === undefined ? 'nothing' : String(Number(value.toPrecision(6)))
