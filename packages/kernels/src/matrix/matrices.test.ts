import { expect, test } from 'vitest'
import type { Kernels } from '../kernels.js'
import { openKernels } from '../open.js'
import { key, normal, uniform } from '../random.js'
import type { Sparse } from '../sparse.js'
import { matrixKernels } from './kernels.js'
import { referenceMatrices } from './reference.js'
import { sweepBlocks } from './sweep.js'

const random = (length: number, part: number) => Float32Array.from({ length }, (_, at) => normal(key(part), at))

const sparse = (rows: number, columns: number, part: number, weighted: boolean): Sparse => {
  const start = [0]
  const index: number[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) if (uniform(key(part, row), column) < 0.2) index.push(column)
    start.push(index.length)
  }
  const sides = { start: Int32Array.from(start), index: Int32Array.from(index) }
  return weighted ? { ...sides, values: random(index.length, part + 1) } : sides
}

const transposed = ({ start, index, values }: Sparse, columns: number): Sparse => {
  const cells = Array.from({ length: columns }, () => [] as (readonly [number, number])[])
  for (let row = 0; row + 1 < start.length; row++)
    for (let at = start[row]!; at < start[row + 1]!; at++) cells[index[at]!]!.push([row, values ? values[at]! : 1])
  const flat = cells.flat()
  const starts = Int32Array.from([0, ...cells].map((_, at) => cells.slice(0, at).flat().length))
  const moved = { start: starts, index: Int32Array.from(flat, ([row]) => row) }
  return values ? { ...moved, values: Float32Array.from(flat, ([, value]) => value) } : moved
}

type Numbers = Float32Array | Int32Array | Float64Array
const difference = (a: Numbers, b: Numbers) => {
  expect(a.length).toBe(b.length)
  let most = 0
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs(a[at]! - b[at]!) / (1 + Math.abs(b[at]!)))
  return most
}
const contentOf = (array: Numbers) =>
  new TextDecoder('latin1').decode(new Uint8Array(array.slice().buffer as ArrayBuffer))

/** Runs work on the reference and on wasm with 1, 2 and 3 threads, arrays inside the memory and outside. */
const agrees = async (
  tolerance: number,
  work: (matrices: typeof referenceMatrices, kernels?: Kernels) => Numbers[],
) => {
  const expected = work(referenceMatrices)
  const contents = new Set<string>()
  for (const threads of [1, 2, 3]) {
    const kernels = await openKernels({ implementation: 'wasm', threads })
    const found = work(matrixKernels(kernels))
    for (const [at, array] of found.entries()) expect(difference(array, expected[at]!)).toBeLessThanOrEqual(tolerance)
    contents.add(found.map(contentOf).join())
    await kernels.close()
  }
  expect(contents.size).toBe(1)
}

test.each([1, 3, 4, 32, 39, 100])('sparse times dense of width %i', async (width) => {
  for (const weighted of [false, true]) {
    const rows = sparse(57, 41, 1, weighted)
    const dense = random(41 * width, 2)
    await agrees(1e-5, (matrices) => {
      const out = matrices.allocate(57 * width)
      matrices.sparseProduct(rows, dense, width, out)
      return [out]
    })
  }
})

test('sparse times sparse, and a transposed sum', async () => {
  const lists = sparse(23, 41, 3, true)
  for (const weighted of [false, true]) {
    const matrix = sparse(41, 70, 4, weighted)
    const more = random(70 * 24, 5)
    await agrees(1e-5, (matrices) => {
      const out = matrices.allocate(23 * 70)
      out.fill(1)
      matrices.addSparseProduct(lists, matrix, 70, out)
      matrices.addTransposed(more, 70, out)
      return [out]
    })
  }
})

test.each([
  [1, 1, 1],
  [7, 5, 3],
  [130, 300, 33],
  [33, 8, 264],
])('dense products of %i rows, depth %i and %i columns', async (rows, depth, columns) => {
  for (const side of ['a', 'b', undefined] as const) {
    await agrees(1e-4, (matrices) => {
      const c = matrices.allocate(rows * columns)
      c.fill(2)
      const sizes = { rows, depth, columns, ...(side && { transposed: side }) }
      matrices.addProduct({ a: random(rows * depth, 6), b: random(depth * columns, 7), c, ...sizes })
      return [c]
    })
  }
})

test('Gram matrices, dense and sparse, and the largest numbers of rows', async () => {
  for (const weighted of [false, true]) {
    const byRow = sparse(90, 61, 8, weighted)
    const sides = { byRow, byColumn: transposed(byRow, 61) }
    await agrees(1e-5, (matrices) => {
      const out = matrices.allocate(61 * 61)
      out.fill(0)
      matrices.gramRows(sides, 0, 20, out)
      matrices.gramRows(sides, 20, 61, out)
      const [all, some] = [matrices.sparseGram(sides), matrices.sparseGram(sides, 7)]
      return [out, ...[all, some].flatMap(({ start, index, values }) => [start, index, values])]
    })
  }
  const dense = random(40 * 61, 9).map((value) => (Math.abs(value) < 0.5 ? 0 : Math.round(8 * value)))
  await agrees(0, (matrices) => {
    const { start, index, values } = matrices.largestOfRows(dense, 61, 12)
    return [start, index, values]
  })
})

test.each([1, 9, 255, 300, 517])('the sweeps of a matrix of size %i give its inverse', async (size) => {
  const x = random(size * 40, 10)
  const matrix = new Float32Array(size * size)
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++)
      for (let k = 0; k < 40; k++) matrix[i * size + j]! += x[i * 40 + k]! * x[j * 40 + k]! + (i === j ? 0.5 : 0)
  const scale = new Float32Array(size).fill(-1)
  const sweep = (matrices: typeof referenceMatrices) => {
    const out = matrices.allocate(size * size)
    out.set(matrix)
    for (let block = 0; block < sweepBlocks(size); block++) expect(matrices.sweepBlock(out, size, block)).toBe(true)
    matrices.scaleSymmetric(out, scale)
    return [out]
  }
  await agrees(1e-5, sweep)
  const [inverse] = sweep(referenceMatrices) as [Float32Array]
  let most = 0
  for (const i of new Set([0, size >> 1, size - 1])) {
    for (let j = 0; j < size; j++) {
      let sum = i === j ? -1 : 0
      for (let k = 0; k < size; k++) sum += inverse[i * size + k]! * matrix[k >= j ? k * size + j : j * size + k]!
      most = Math.max(most, Math.abs(sum))
    }
  }
  expect(most).toBeLessThan(1e-4)
})

test('a block that is not positive definite stays as it was', async () => {
  const matrix = Float32Array.of(1, 0, 2, 1)
  await agrees(0, (matrices) => {
    const out = matrices.allocate(4)
    out.set(matrix)
    expect(matrices.sweepBlock(out, 2, 0)).toBe(false)
    return [out]
  })
})

test('coordinate descent of an elastic net', async () => {
  const byRow = sparse(120, 50, 11, true)
  const gram = referenceMatrices.sparseGram({ byRow, byColumn: transposed(byRow, 50) })
  const diagonal = new Float32Array(50)
  for (let row = 0; row < 50; row++)
    for (let at = gram.start[row]!; at < gram.start[row + 1]!; at++)
      if (gram.index[at] === row) diagonal[row] = gram.values[at]!
  for (const nonNegative of [false, true]) {
    const net = {
      gram,
      diagonal,
      ridge: new Float32Array(50).fill(3),
      l1: 4,
      nonNegative,
      tolerance: 1e-6,
      sweeps: 200,
    }
    await agrees(1e-4, (matrices) => {
      const out = matrices.allocate(30 * 50)
      out.fill(0)
      return [matrices.elasticNet(net, 10, out), out]
    })
  }
})

test('eigenvectors of a symmetric matrix', async () => {
  const x = random(30 * 30, 12)
  const matrix = Float64Array.from({ length: 900 }, (_, at) => x[at]! + x[(at % 30) * 30 + Math.floor(at / 30)]!)
  await agrees(1e-9, (matrices) => {
    const { vectors, values } = matrices.eigen(matrix, 30)
    // signs are free
    return [values, vectors.map(Math.abs)]
  })
})
