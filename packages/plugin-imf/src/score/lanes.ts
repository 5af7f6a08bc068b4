import type { BoundPiece } from './pieces.js'

/** Lanes of several pieces side by side, each times a factor. */
export const pack = (
  out: Float32Array,
  dim: number,
  pieces: readonly BoundPiece[],
  values: (piece: BoundPiece) => Float32Array,
  factor: (piece: BoundPiece, index: number, lane: number) => number,
) => {
  let from = 0
  pieces.forEach((piece, index) => {
    const source = values(piece)
    for (let lane = 0; lane < piece.width; lane++) {
      const times = factor(piece, index, lane)
      for (let at = lane, to = from + lane; at < source.length; at += piece.width, to += dim)
        out[to] = source[at]! * times
    }
    from += piece.width
  })
}

/** Carries lanes back into the tables of one side, each piece's times its factor. */
export const unpack = (
  lanes: Float32Array,
  dim: number,
  pieces: readonly BoundPiece[],
  side: 'user' | 'item',
  factor: (index: number) => number,
) => {
  let from = 0
  pieces.forEach((piece, index) => {
    const out = piece[side]
    for (let lane = 0; lane < piece.width; lane++)
      for (let to = lane, at = from + lane; to < out.length; to += piece.width, at += dim)
        out[to] = lanes[at]! * factor(index)
    from += piece.width
  })
}
