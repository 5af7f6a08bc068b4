import { type Kernels, openKernels } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { contentOf, gramOf, randomRows } from '../../test/matrices.js'
import { largestOfSparse, type SlimColumns, type SlimProblem, slim, slimRows } from './slim.js'

const items = 150
const rows = randomRows(120, items, 21, true)
const problem = { l2: 2, nu: 0.5, dropout: 0.2, l1: 5, nonNegative: false }

const solve = async (kernels: Kernels, settings: SlimProblem, keep?: (columns: SlimColumns) => void) => {
  let last: SlimColumns | undefined
  for await (const columns of slim(kernels, rows, items, settings)) {
    last = columns
    keep?.(columns)
  }
  return { matrix: slimRows(last!), objective: last!.objective }
}

test.each([
  ['wasm', false],
  ['wasm', true],
  ['typescript', true],
] as const)(
  'on %s the weights meet the conditions of a minimum, non-negative: %s',
  async (implementation, nonNegative) => {
    const kernels = await openKernels({ implementation, threads: 2 })
    const { matrix, objective } = await solve(kernels, { ...problem, nonNegative })
    const gram = gramOf(rows, items)
    const dense = new Float64Array(items * items)
    for (let row = 0; row < items; row++)
      for (let at = matrix.start[row]!; at < matrix.start[row + 1]!; at++)
        dense[row * items + matrix.index[at]!] = matrix.values[at]!
    let [violation, value, zeros, negative] = [0, 0, 0, 0]
    for (let j = 0; j < items; j++) {
      value += gram[j * items + j]!
      for (let i = 0; i < items; i++) {
        const n = gram[i * items + i]!
        const ridge = 2 * Math.sqrt(n) + 0.25 * n
        const weight = dense[i * items + j]!
        let slope = ridge * weight - gram[i * items + j]!
        for (let k = 0; k < items; k++) slope += gram[i * items + k]! * dense[k * items + j]!
        value += weight * (slope - gram[i * items + j]!) + problem.l1 * Math.abs(weight)
        if (i === j) expect(weight).toBe(0)
        else if (weight !== 0) violation = Math.max(violation, Math.abs(slope + (Math.sign(weight) * problem.l1) / 2))
        else violation = Math.max(violation, (nonNegative ? -slope : Math.abs(slope)) - problem.l1 / 2)
        if (weight === 0) zeros++
        if (weight < 0) negative++
      }
    }
    expect(violation).toBeLessThan(5e-3)
    expect(zeros).toBeGreaterThan(items * items * 0.3)
    expect(negative > 0).toBe(!nonNegative)
    expect(objective / value).toBeCloseTo(1, 5)
    await kernels.close()
  },
)

test('the weights have the same bytes on any number of threads, and where a run continues', async () => {
  const contents: string[] = []
  const kept: SlimColumns[] = []
  for (const threads of [1, 2, 3]) {
    const kernels = await openKernels({ implementation: 'wasm', threads })
    const { matrix } = await solve(kernels, problem, (columns) => kept.push(columns))
    contents.push(contentOf(matrix.values))
    if (threads === 3) {
      const continued = await solve(kernels, { ...problem, solved: kept[0]! })
      contents.push(contentOf(continued.matrix.values))
    }
    await kernels.close()
  }
  expect(new Set(contents).size).toBe(1)
})

test('the largest weights of a row are kept, of equal ones the first', () => {
  const kept = largestOfSparse(
    { start: Int32Array.of(0, 4, 4, 5), index: Int32Array.of(0, 2, 4, 6, 1), values: Float32Array.of(1, -3, 2, -2, 9) },
    2,
  )
  expect(kept).toEqual({
    start: Int32Array.of(0, 2, 2, 3),
    index: Int32Array.of(2, 4, 1),
    values: Float32Array.of(-3, 2, 9),
  })
})
