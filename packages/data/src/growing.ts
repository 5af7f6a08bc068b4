const PIECE = 2 ** 18

type Numbers = Int32Array | Float32Array | Float64Array

/** Numbers appended block by block, kept in pieces, so that nothing is copied until the end and never twice at once. */
export interface Growing<A extends Numbers> {
  append(
    block: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> & { readonly length: number } },
  ): void
  /** Everything in one array; may be called once. */
  take(): A
}

const growing = <A extends Numbers>(make: (length: number) => A): Growing<A> => {
  const pieces: A[] = []
  let used = PIECE
  let count = 0
  return {
    append: (block) => {
      for (let at = 0; at < block.length; ) {
        if (used === PIECE) {
          pieces.push(make(PIECE))
          used = 0
        }
        const size = Math.min(PIECE - used, block.length - at)
        pieces.at(-1)!.set(block.subarray(at, at + size), used)
        used += size
        at += size
      }
      count += block.length
    },
    take: () => {
      const all = make(count)
      pieces.forEach((piece, order) => {
        const from = order * PIECE
        all.set(piece.subarray(0, Math.min(PIECE, count - from)), from)
        pieces[order] = make(0)
      })
      return all
    },
  }
}

export const integers = (): Growing<Int32Array> => growing((length) => new Int32Array(length))
export const doubles = (): Growing<Float64Array> => growing((length) => new Float64Array(length))

/** Numbers kept as 32-bit floats as long as every one of them survives it. */
export const floats = (): Growing<Float32Array | Float64Array> => {
  const narrow = growing((length) => new Float32Array(length))
  let wide: Growing<Float64Array> | undefined
  return {
    append: (block) => {
      if (!wide) {
        for (let at = 0; at < block.length; at++)
          if (Math.fround(block[at]!) !== block[at]! && !Number.isNaN(block[at]!)) {
            wide = doubles()
            wide.append(narrow.take())
            break
          }
      }
      ;(wide ?? narrow).append(block)
    },
    take: () => (wide ?? narrow).take(),
  }
}
