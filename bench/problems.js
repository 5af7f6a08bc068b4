import { below, key, normal } from '@recspec/kernels'

/** Rows of a half-step: they share dim and the rows of `fixed`. */
export const ROWS = 10

/**
 * A half-step of nasty problems, ten by default: confidence up to 1e12, duplicate cells, ranks below dim, ridges from 0
 * to 1e6, 0 to 50 cells.
 */
export const hardProblem = (part, rows = ROWS) => {
  const draws = key(4, part)
  const dim = 1 + below(64, draws, 0)
  const columns = 1 + below(60, draws, 1)
  const rank = below(3, draws, 2) === 0 ? 1 + below(dim, draws, 3) : dim
  const unobserved = [0, 1, 0.01][below(3, draws, 4)]
  const alpha = 10 ** (below(13, draws, 5) * (below(2, draws, 6) ? 1 : 0))
  const scale = 10 ** (below(5, draws, 7) - 3)
  const start = Int32Array.from({ length: rows + 1 }, () => 0)
  for (let row = 0; row < rows; row++) start[row + 1] = start[row] + below(51, key(4, part, 1), row)
  const cells = start[rows]
  const some = 1 + below(columns, draws, 8)
  const floats = (length, of) => Float32Array.from({ length }, (_, at) => of(at))
  const basis = floats(rank * dim, (at) => normal(key(4, part, 2), at))
  const mixture = floats(columns * rank, (at) => normal(key(4, part, 3), at))
  const fixed = floats(columns * dim, (at) => {
    if (rank === dim) return scale * basis[at % basis.length] * (at < basis.length ? 1 : mixture[at % mixture.length])
    let sum = 0
    for (let r = 0; r < rank; r++) sum += mixture[Math.floor(at / dim) * rank + r] * basis[r * dim + (at % dim)]
    return scale * sum
  })
  return {
    solved: floats(rows * dim, (at) => normal(key(4, part, 4), at)),
    ...{ fixed, dim, start, unobserved },
    // few columns drawn often: the same cell many times
    index: Int32Array.from({ length: cells }, (_, at) =>
      below(below(2, draws, 9) ? columns : some, key(4, part, 5), at),
    ),
    weight: floats(cells, (at) => unobserved + alpha * (1 + below(100, key(4, part, 6), at) / 100)),
    target: floats(cells, () => 1),
    ridge: floats(rows, (row) =>
      below(4, key(4, part, 7), row) === 0 ? 0 : 10 ** (below(13, key(4, part, 8), row) - 6),
    ),
  }
}

/**
 * The solution of one row in float64 by elimination with pivots, and the condition number in the 1-norm; undefined
 * where there is none.
 */
export const reference = (half, row) => {
  const { fixed, dim, start, index, weight, target, unobserved, ridge } = half
  const wide = 2 * dim + 1
  // [A, b, I]
  const rows = Array.from({ length: dim }, (_, i) => {
    const line = new Float64Array(wide)
    line[i] = ridge[row]
    line[dim + 1 + i] = 1
    return line
  })
  const outer = (column, factor) => {
    for (let i = 0; i < dim; i++) {
      const value = factor * fixed[column * dim + i]
      for (let j = 0; j < dim; j++) rows[i][j] += value * fixed[column * dim + j]
    }
  }
  if (unobserved !== 0) for (let column = 0; column < fixed.length / dim; column++) outer(column, unobserved)
  for (let cell = start[row]; cell < start[row + 1]; cell++) {
    outer(index[cell], weight[cell] - unobserved)
    for (let i = 0; i < dim; i++) rows[i][dim] += weight[cell] * target[cell] * fixed[index[cell] * dim + i]
  }
  const norm = (from) =>
    Math.max(...Array.from({ length: dim }, (_, j) => rows.reduce((sum, line) => sum + Math.abs(line[from + j]), 0)))
  const size = norm(0)
  for (let k = 0; k < dim; k++) {
    let best = k
    for (let i = k + 1; i < dim; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[best][k])) best = i
    ;[rows[k], rows[best]] = [rows[best], rows[k]]
    if (!(Math.abs(rows[k][k]) > 0)) return undefined
    for (let i = 0; i < dim; i++) {
      if (i === k) continue
      const factor = rows[i][k] / rows[k][k]
      if (factor !== 0) for (let j = k; j < wide; j++) rows[i][j] -= factor * rows[k][j]
    }
  }
  for (let k = 0; k < dim; k++) for (let j = dim; j < wide; j++) rows[k][j] /= rows[k][k]
  return { x: rows.map((line) => line[dim]), condition: size * norm(dim + 1) }
}
