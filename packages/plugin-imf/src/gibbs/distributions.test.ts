import { key, normal } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { cholesky, inverseOf, solveLower, solveLowerTransposed } from './cholesky.js'
import { sampleGamma, sampleWishart } from './distributions.js'
import { samplePrior } from './prior.js'
import { sampleRows } from './rows.js'

const many = 20_000

/** The mean [n] and covariance [n, n] of many samples. */
const moments = (sample: (at: number) => ArrayLike<number>, count = many) => {
  const all = Array.from({ length: count }, (_, at) => Array.from(sample(at)))
  const mean = all[0]!.map((_, i) => all.reduce((sum, x) => sum + x[i]!, 0) / count)
  const covariance = mean.map((a, i) =>
    mean.map((b, j) => all.reduce((sum, x) => sum + (x[i]! - a) * (x[j]! - b), 0) / count),
  )
  return { mean, covariance }
}

test('gamma samples have the mean and variance of their distribution', () => {
  for (const [shape, rate] of [
    [1, 0.5],
    [2.5, 3],
    [400, 20],
  ] as const) {
    const { mean, covariance } = moments((at) => [sampleGamma(shape, rate, key(1, at))])
    expect(Math.abs(mean[0]! / (shape / rate) - 1)).toBeLessThan(0.03)
    expect(Math.abs(covariance[0]![0]! / (shape / rate ** 2) - 1)).toBeLessThan(0.06)
  }
})

test('Wishart samples are symmetric with mean freedom · scale and its variance', () => {
  const l = Float64Array.of(1, 0, 0.5, 2)
  const scale = [
    [1, 0.5],
    [0.5, 4.25],
  ]
  const { mean, covariance } = moments((at) => sampleWishart(l, 2, 5, key(2, at)))
  expect(mean[1]).toBe(mean[2])
  for (const [i, row] of scale.entries())
    for (const [j, v] of row.entries()) {
      expect(Math.abs(mean[2 * i + j]! - 5 * v)).toBeLessThan(0.25)
      const expected = 5 * (v * v + scale[i]![i]! * scale[j]![j]!)
      expect(Math.abs(covariance[2 * i + j]![2 * i + j]! / expected - 1)).toBeLessThan(0.12)
    }
})

test('a row is sampled from the normal posterior given its events and prior', () => {
  const fixed = Float32Array.of(0, 0, 1, 0.5, -0.3, 2, 0.7, 0.7)
  const cells = {
    start: Int32Array.of(0, 0, 3, 3),
    index: Int32Array.of(1, 2, 3),
    weight: Float32Array.of(1, 2, 0.5),
    target: Float32Array.of(9, 9, 9),
  }
  const target = Float32Array.of(1, -1, 2)
  const prior = { mean: Float64Array.of(0.5, -0.2), precision: Float64Array.of(2, 0.3, 0.3, 1) }
  const rows = new Float32Array(6).fill(7)
  const { mean, covariance } = moments((at) => {
    sampleRows({ rows, fixed, dim: 2, cells, target, noise: 1.5, prior }, key(3, at))
    return rows.slice(2, 4)
  })
  // A = Λ + Σ α y yᵀ, b = Λ μ + Σ α t y, by hand for two columns
  const a = [2, 0.3, 1]
  const b = [2 * 0.5 + 0.3 * -0.2, 0.3 * 0.5 - 0.2]
  for (const [k, alpha] of [1.5, 3, 0.75].entries()) {
    const [x, y] = [fixed[2 * k + 2]!, fixed[2 * k + 3]!]
    a[0]! += alpha * x * x
    a[1]! += alpha * x * y
    a[2]! += alpha * y * y
    b[0]! += alpha * target[k]! * x
    b[1]! += alpha * target[k]! * y
  }
  const determinant = a[0]! * a[2]! - a[1]! ** 2
  const expected = [
    [a[2]! / determinant, -a[1]! / determinant],
    [-a[1]! / determinant, a[0]! / determinant],
  ]
  for (const i of [0, 1]) {
    expect(mean[i]).toBeCloseTo(expected[i]![0]! * b[0]! + expected[i]![1]! * b[1]!, 1.7)
    for (const j of [0, 1]) expect(Math.abs(covariance[i]![j]! - expected[i]![j]!)).toBeLessThan(0.008)
  }
  expect([...rows.slice(0, 2), ...rows.slice(4)]).toEqual([7, 7, 7, 7])
})

test('the mean and precision of a side are sampled from their normal–Wishart posterior', () => {
  const dim = 2
  const count = 40
  const rows = new Float32Array((count + 2) * dim)
  for (let at = 2 * dim; at < rows.length; at++)
    rows[at] = (at % 2 ? 0.5 : 1.5) * normal(key(5), at) + (at % 2 ? 1 : -0.5)
  // row 1 has no events: its values do not count
  rows.set([1000, -1000], dim)
  const read = Int32Array.from({ length: count }, (_, k) => k + 2)
  const column = (i: number) => [...read].map((row) => rows[row * dim + i]!)
  const average = [0, 1].map((i) => column(i).reduce((sum, value) => sum + value, 0) / count)
  const drawn = moments((at) => {
    const { mean, precision } = samplePrior(rows, dim, read, key(6, at))
    return [...mean, ...precision]
  }, 6000)
  for (const i of [0, 1]) expect(Math.abs(drawn.mean[i]! - (count * average[i]!) / (count + 2))).toBeLessThan(0.02)
  // E Λ = (ν + n) W with W⁻¹ = I + S + β n / (β + n) x̄ x̄ᵀ
  const w = [0, 1].map((i) =>
    [0, 1].map((j) =>
      column(i).reduce(
        (sum, value, k) => sum + (value - average[i]!) * (column(j)[k]! - average[j]!),
        (i === j ? 1 : 0) + ((2 * count) / (2 + count)) * average[i]! * average[j]!,
      ),
    ),
  )
  const determinant = w[0]![0]! * w[1]![1]! - w[0]![1]! ** 2
  const expected = [w[1]![1]!, -w[0]![1]!, -w[0]![1]!, w[0]![0]!].map((value) => ((3 + count) * value) / determinant)
  for (const [k, value] of expected.entries())
    expect(Math.abs(drawn.mean[2 + k]! - value)).toBeLessThan(0.03 * Math.abs(expected[3]!))
  // covariance of the mean: E Λ⁻¹ / (β + n) = W⁻¹ / ((β + n)(ν + n − dim − 1))
  for (const i of [0, 1])
    expect(Math.abs(drawn.covariance[i]![i]! / (w[i]![i]! / ((count + 2) * (3 + count - dim - 1))) - 1)).toBeLessThan(
      0.1,
    )
})

test('Cholesky factors solve their matrix, and a matrix that is not positive definite is rejected', () => {
  const matrix = Float64Array.of(4, 0, 0, 1, 3, 0, -1, 0.5, 2)
  const l = matrix.slice()
  cholesky(l, 3)
  const x = Float64Array.of(1, 2, 3)
  solveLower(l, x, 3)
  solveLowerTransposed(l, x, 3)
  const full = [4, 1, -1, 1, 3, 0.5, -1, 0.5, 2]
  for (const [i, b] of [1, 2, 3].entries())
    expect(x.reduce((sum, value, j) => sum + full[3 * i + j]! * value, 0)).toBeCloseTo(b, 12)
  const inverted = inverseOf(l, 3)
  for (const i of [0, 1, 2])
    for (const j of [0, 1, 2])
      expect([0, 1, 2].reduce((sum, k) => sum + full[3 * i + k]! * inverted[3 * k + j]!, 0)).toBeCloseTo(
        i === j ? 1 : 0,
        12,
      )
  expect(() => cholesky(Float64Array.of(1, 0, 2, 1), 2)).toThrow('not positive definite')
  expect(() => cholesky(Float64Array.of(Number.NaN), 1)).toThrow('not positive definite')
})
