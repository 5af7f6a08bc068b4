const PIECE = 2 ** 18

type Numbers = Int32Array | Float32Array | Float64Array

/** Numbers appended one by one, in pieces, so that nothing is copied until the end and never twice at once. */
const growing = <A extends Numbers>(make: (length: number) => A) => {
  let pieces: A[] = []
  let last = make(0)
  let used = 0
  let count = 0
  return {
    push: (value: number) => {
      if (used === last.length) {
        last = make(PIECE)
        pieces.push(last)
        used = 0
      }
      last[used++] = value
      count++
    },
    /** Everything in one array; may be called once. */
    take: (): A => {
      const all = make(count)
      for (let piece = 0; piece < pieces.length; piece++) {
        const from = piece * PIECE
        all.set(pieces[piece]!.subarray(0, Math.min(PIECE, count - from)), from)
        pieces[piece] = make(0)
      }
      pieces = []
      return all
    },
  }
}

export const integers = () => growing((length) => new Int32Array(length))
export const doubles = () => growing((length) => new Float64Array(length))

/** Numbers kept as 32-bit floats as long as every one of them survives it. */
export const floats = () => {
  const narrow = growing((length) => new Float32Array(length))
  let wide: ReturnType<typeof doubles> | undefined
  return {
    push: (value: number) => {
      if (!wide && Math.fround(value) !== value && !Number.isNaN(value)) {
        wide = doubles()
        for (const earlier of narrow.take()) wide.push(earlier)
      }
      if (wide) wide.push(value)
      else narrow.push(value)
    },
    take: (): Float32Array | Float64Array => (wide ?? narrow).take(),
  }
}
