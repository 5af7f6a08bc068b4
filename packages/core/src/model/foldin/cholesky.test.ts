import { key, normal } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { cholesky } from './cholesky.js'

const random = (rows: number, columns: number, seed: number) =>
  Float64Array.from({ length: rows * columns }, (_, at) => normal(key(seed), at))

/** M Mᵀ of [n, m]. */
const gram = (m: Float64Array, n: number, width: number) =>
  Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0
    for (let k = 0; k < width; k++) sum += m[Math.floor(at / n) * width + k]! * m[(at % n) * width + k]!
    return sum
  })
const times = (matrix: Float64Array, x: Float64Array) =>
  x.map((_, row) => x.reduce((sum, value, k) => sum + matrix[row * x.length + k]! * value, 0))

test('the matrix times the solution is the right-hand side', () => {
  for (const n of [1, 2, 5, 20]) {
    const matrix = gram(random(n, n + 3, n), n, n + 3)
    const right = random(1, n, 99)
    times(matrix, cholesky(matrix, n)(right)).forEach((value, k) => {
      expect(value).toBeCloseTo(right[k]!, 8)
    })
  }
})

test('a rank-deficient system is solved where it has a solution, and stays finite', () => {
  const matrix = gram(random(6, 2, 1), 6, 2)
  const right = times(matrix, random(1, 6, 2))
  const x = cholesky(matrix, 6)(right)
  times(matrix, x).forEach((value, k) => {
    expect(value).toBeCloseTo(right[k]!, 5)
  })
  expect(cholesky(new Float64Array(9), 3)(Float64Array.of(0, 0, 0))).toEqual(new Float64Array(3))
})
