import type { BoundTerm } from './terms.js'

/** Copies the columns of several terms into one matrix [rows, dim], each column times a factor. */
export const packTables = (
  out: Float32Array,
  dim: number,
  terms: readonly BoundTerm[],
  values: (term: BoundTerm) => Float32Array,
  factor: (term: BoundTerm, index: number, column: number) => number,
) => {
  let from = 0
  terms.forEach((term, index) => {
    const source = values(term)
    for (let column = 0; column < term.width; column++) {
      const times = factor(term, index, column)
      for (let at = column, to = from + column; at < source.length; at += term.width, to += dim)
        out[to] = source[at]! * times
    }
    from += term.width
  })
}

/**
 * Copies the columns of one matrix [rows, dim] back into the tables of one side, those of each term times its factor.
 */
export const unpackTables = (
  packed: Float32Array,
  dim: number,
  terms: readonly BoundTerm[],
  side: 'user' | 'item',
  factor: (index: number) => number,
) => {
  let from = 0
  terms.forEach((term, index) => {
    const out = term[side]
    for (let column = 0; column < term.width; column++)
      for (let to = column, at = from + column; to < out.length; to += term.width, at += dim)
        out[to] = packed[at]! * factor(index)
    from += term.width
  })
}
