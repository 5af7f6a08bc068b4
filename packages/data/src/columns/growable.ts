const [FIRST_PIECE, LAST_PIECE] = [2 ** 11, 2 ** 18]

type Numbers = Int32Array | Float32Array | Float64Array

/** An array to append blocks to, kept in pieces, so that nothing is copied until the end. */
export interface Growable<A extends Numbers> {
  append(
    block: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> & { readonly length: number } },
  ): void
  /** Everything in one array; may be called once. */
  take(): A
}

const growable = <A extends Numbers>(make: (length: number) => A): Growable<A> => {
  const pieces: A[] = []
  let room = 0
  let count = 0
  return {
    append: (block) => {
      for (let at = 0; at < block.length; ) {
        if (room === 0) {
          // pieces double, so that a file of many columns and few rows takes little memory
          room = Math.min(LAST_PIECE, FIRST_PIECE * 2 ** Math.min(pieces.length, 16))
          pieces.push(make(room))
        }
        const piece = pieces.at(-1)!
        const size = Math.min(room, block.length - at)
        piece.set(block.subarray(at, at + size), piece.length - room)
        room -= size
        at += size
      }
      count += block.length
    },
    take: () => {
      const all = make(count)
      let from = 0
      pieces.forEach((piece, order) => {
        const size = Math.min(piece.length, count - from)
        all.set(piece.subarray(0, size), from)
        from += size
        pieces[order] = make(0)
      })
      return all
    },
  }
}

export const growableInt32 = (): Growable<Int32Array> => growable((length) => new Int32Array(length))
export const growableFloat64 = (): Growable<Float64Array> => growable((length) => new Float64Array(length))

/** Numbers kept as 32-bit floats as long as that loses nothing. */
export const growableFloat = (): Growable<Float32Array | Float64Array> => {
  const narrow = growable((length) => new Float32Array(length))
  let wide: Growable<Float64Array> | undefined
  return {
    append: (block) => {
      if (!wide) {
        for (let at = 0; at < block.length; at++)
          if (Math.fround(block[at]!) !== block[at]! && !Number.isNaN(block[at]!)) {
            wide = growableFloat64()
            wide.append(narrow.take())
            break
          }
      }
      ;(wide ?? narrow).append(block)
    },
    take: () => (wide ?? narrow).take(),
  }
}
