import { expect, test } from 'vitest'
import { wilcoxon } from './wilcoxon.js'

/** Statistic and p-value of scipy.stats.wilcoxon of scipy 1.17.1, two-sided. */
const scipy = [
  {
    name: 'few pairs (method="exact")',
    differences: [0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01],
    expected: { statistic: 5, p: 0.0390625, method: 'exact', zeros: 0 },
  },
  {
    name: 'only positive differences (method="exact")',
    differences: [1, 2, 3, 4, 5, 6],
    expected: { statistic: 0, p: 0.03125, method: 'exact', zeros: 0 },
  },
  {
    name: 'fifty pairs (method="exact")',
    differences: Array.from({ length: 50 }, (_, i) => (((i * 31) % 53) - 19.5) * (1 + 0.001 * i)),
    expected: { statistic: 365, p: 0.00784436585604098, method: 'exact', zeros: 0 },
  },
  {
    name: 'few pairs with ties (method=PermutationMethod, all signs)',
    differences: [1, 1, -1, 2, 2, -3, 4, 4, 4, 5, -1, 6],
    expected: { statistic: 12, p: 0.03271484375, method: 'exact', zeros: 0 },
  },
  {
    name: 'few pairs with ties and zeros (zero_method="pratt", method=PermutationMethod, all signs)',
    differences: [0, 0, 1, 1, -1, 2, 2, -3, 4, 4, 0, 5, -1],
    expected: { statistic: 21, p: 0.13671875, method: 'exact', zeros: 3 },
  },
  {
    name: 'many pairs (method="approx", correction=True)',
    differences: Array.from({ length: 80 }, (_, i) => (((i * 37) % 101) - 44) / 10),
    expected: { statistic: 1261.5, p: 0.08595225229380757, method: 'normal', zeros: 0 },
  },
  {
    name: 'many pairs with ties and zeros (zero_method="pratt", method="approx", correction=True)',
    differences: Array.from({ length: 200 }, (_, i) => ((i * 29) % 17) - 6),
    expected: { statistic: 5851, p: 3.7237641875091046e-7, method: 'normal', zeros: 12 },
  },
] as const

test.each(scipy)('signed ranks agree with scipy: $name', ({ differences, expected }) => {
  const { p, statistic, method, zeros, pairs } = wilcoxon(Float64Array.from(differences))
  expect([statistic, method, zeros, pairs]).toEqual([
    expected.statistic,
    expected.method,
    expected.zeros,
    differences.length,
  ])
  expect(Math.abs(p / expected.p - 1)).toBeLessThan(1e-9)
})

test('models that do not differ are not told apart', () => {
  expect(wilcoxon(new Float64Array(100))).toMatchObject({ p: 1, zeros: 100 })
  expect(wilcoxon(new Float64Array(0)).p).toBeNaN()
})

test('the order of pairs and the sign of all of them change nothing', () => {
  const differences = Float64Array.from({ length: 90 }, (_, i) => ((i * 29) % 19) - 7)
  const { p } = wilcoxon(differences)
  expect(wilcoxon(differences.slice().reverse()).p).toBe(p)
  expect(wilcoxon(differences.map((value) => -value)).p).toBe(p)
})
