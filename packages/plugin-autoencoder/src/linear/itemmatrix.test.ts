import type { MatrixArrays } from '@recspec/core'
import { key, normal, openKernels, type Sparse } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { contentOf, randomRows } from '../../test/matrices.js'
import { graphArrays } from './formats/graph.js'
import { sparseArrays } from './formats/sparse.js'
import { openItemMatrix } from './itemmatrix.js'

const items = 37
const rank = 5
const random = (length: number, part: number) => Float32Array.from({ length }, (_, at) => normal(key(part), at))
const square = (value: (i: number, j: number) => number): number[][] =>
  Array.from({ length: items }, (_, i) => Array.from({ length: items }, (_, j) => value(i, j)))
const product = (a: number[][], b: number[][]): number[][] =>
  square((i, j) => a[i]!.reduce((sum, value, k) => sum + value * b[k]![j]!, 0))

const lists: Sparse = (() => {
  const { start, index } = randomRows(70, items, 8, true)
  return { start, index, values: random(index.length, 9) }
})()
const [left, right] = [random(items * rank, 1), random(items * rank, 2)]
const dense = random(items * items, 3)
const sparse = randomRows(items, items, 4, true)
const graph = randomRows(50, items, 5, true)
const cells = ({ start, index, values }: Sparse, row: number) =>
  Array.from(index.subarray(start[row]!, start[row + 1]!), (item, k) => [item, values![start[row]! + k]!] as const)

const lowRankOf = square((i, j) => {
  let sum = 0
  for (let k = 0; k < rank; k++) sum += left[i * rank + k]! * right[j * rank + k]!
  return sum
})
const denseOf = square((i, j) => dense[i * items + j]!)
const sparseOf = square((i, j) => new Map(cells(sparse, i)).get(j) ?? 0)
const filterOf = (() => {
  const sums = square(() => 0)
  for (let user = 0; user < 50; user++)
    for (const [i, a] of cells(graph, user)) for (const [j, b] of cells(graph, user)) sums[i]![j]! += 0.02 * a * b
  return sums
})()
const scaled = graph.values!.map((value) => value * Math.sqrt(0.02))
const add = (...matrices: number[][][]) => square((i, j) => matrices.reduce((sum, matrix) => sum + matrix[i]![j]!, 0))
const times = (factor: number, matrix: number[][]) => square((i, j) => factor * matrix[i]![j]!)

const polynomial = [0.5, 0.5, -1.25, 0.75]
const smoothed = add(filterOf, lowRankOf)
const sharpened = add(
  times(0.5, filterOf),
  times(0.5, smoothed),
  times(-1.25, product(smoothed, filterOf)),
  times(0.75, product(smoothed, product(filterOf, filterOf))),
)

const cases: readonly (readonly [string, MatrixArrays, number[][]])[] = [
  ['dense', { dense }, denseOf],
  ['sparse rows', sparseArrays(sparse), sparseOf],
  ['a low rank', { left, right }, lowRankOf],
  ['a low rank and sparse rows', { left, right, ...sparseArrays(sparse) }, add(lowRankOf, sparseOf)],
  ['the graph', graphArrays({ ...graph, values: scaled }), filterOf],
  ['the graph and a low rank', { ...graphArrays({ ...graph, values: scaled }), left, right }, smoothed],
  ['a polynomial of the graph', { ...graphArrays({ ...graph, values: scaled }, polynomial), left, right }, sharpened],
]

test.each(cases)(
  'scores of %s are products with the dense matrix, the same on any number of threads',
  async (_, arrays, matrix) => {
    const contents: string[] = []
    for (const [implementation, threads] of [
      ['typescript', 1],
      ['wasm', 1],
      ['wasm', 2],
      ['wasm', 3],
    ] as const) {
      const kernels = await openKernels({ implementation, threads })
      const scores = openItemMatrix(arrays, { items, kernels }).scores(lists)
      expect(scores.length).toBe(70 * items)
      let error = 0
      for (let list = 0; list < 70; list++)
        for (let j = 0; j < items; j++) {
          const expected = cells(lists, list).reduce((sum, [i, weight]) => sum + weight * matrix[i]![j]!, 0)
          error = Math.max(error, Math.abs(scores[list * items + j]! - expected) / (1 + Math.abs(expected)))
        }
      expect(error).toBeLessThan(2e-5)
      if (implementation === 'wasm') contents.push(contentOf(scores))
      await kernels.close()
    }
    expect(new Set(contents).size).toBe(1)
  },
)

test('a list without items scores 0; lists without values weigh 1', async () => {
  const kernels = await openKernels({ implementation: 'wasm', threads: 1 })
  const { scores } = openItemMatrix({ dense }, { items, kernels })
  const found = scores({ start: Int32Array.of(0, 0, 2), index: Int32Array.of(3, 5) })
  expect(found.subarray(0, items).every((score) => score === 0)).toBe(true)
  for (let j = 0; j < items; j++) expect(found[items + j]).toBeCloseTo(dense[3 * items + j]! + dense[5 * items + j]!, 5)
  await kernels.close()
})

test.each([
  [{}, 'found no matrix in no arrays'],
  [{ dense: new Float32Array(3) }, 'needs 37 × 37 numbers in "dense", got 3'],
  [{ dense: new Int32Array(items * items) }, 'needs "dense" as float32'],
  [{ left }, 'needs "left" and "right" together'],
  [{ left, right: right.subarray(1) }, 'needs 37 rows in "left" and "right"'],
  [
    { start: new Int32Array(3), index: new Int32Array(0), values: new Float32Array(0) },
    'needs 38 starts of rows, got 3',
  ],
  [{ ...sparseArrays(sparse), index: sparse.index.map(() => 99) }, 'needs entries from 0 to 36 in "index"'],
  [
    { graphStart: Int32Array.of(0, 2), graphIndex: Int32Array.of(1), graphWeights: Float32Array.of(1) },
    'as its starts say',
  ],
] as const)('arrays that do not fit are refused: %#', async (arrays, message) => {
  const kernels = await openKernels({ implementation: 'typescript' })
  expect(() => openItemMatrix(arrays as unknown as MatrixArrays, { items, kernels })).toThrow(message)
  await kernels.close()
})
