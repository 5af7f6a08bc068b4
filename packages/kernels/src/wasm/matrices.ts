import { constants } from '../boundary.generated.js'
import type { BothSides, DenseProduct, MatrixKernels } from '../matrix/kernels.js'
import type { Sparse } from '../sparse.js'
import type { TensorJob, TensorKernels } from '../tensor/kernels.js'
import { invoke } from './calls.js'
import type { Context } from './context.js'
import { type Scratch, withScratch } from './scratch.js'
import { sweepBlock } from './sweep.js'

const { PACK_BLOCK } = constants['tensor/pack']

/** Rows of the depth of a matrix that a task packs. */
const PACKED_DEPTH = 256
/** Columns of a task of a sparse product: those of the rows that it reads should stay in the cache. */
const COLUMN_BLOCK = 64
/** Tasks that a job should have at least, and rows of a task at most. */
const TASKS = 256
const ROW_BLOCK = 128

const rowBlockOf = (rows: number): number => Math.max(4, Math.min(ROW_BLOCK, 4 * Math.ceil(rows / (4 * TASKS))))

const sparseInput = (scratch: Scratch, { start, index, values }: Sparse) => ({
  start: scratch.input(start),
  rows: scratch.input(index),
  weights: values ? scratch.input(values) : 0,
})

const bothSides = (scratch: Scratch, { byRow, byColumn }: BothSides) => ({
  rowStart: scratch.input(byRow.start),
  rowIndex: scratch.input(byRow.index),
  rowValues: byRow.values ? scratch.input(byRow.values) : 0,
  columnStart: scratch.input(byColumn.start),
  columnIndex: scratch.input(byColumn.index),
  columnValues: byColumn.values ? scratch.input(byColumn.values) : 0,
})

/** Counts what each row keeps, then writes it. */
const keepRows = (
  { heap, threads }: Context,
  tensors: TensorKernels,
  scratch: Scratch,
  job: Omit<TensorJob<'keepRows'>, 'counts' | 'start' | 'index' | 'values' | 'work' | 'rowBlock'>,
) => {
  const { rows, columns } = job
  const rowBlock = 8
  const tasks = Math.ceil(rows / rowBlock)
  const own = { ...job, rowBlock, work: scratch.bytes(8 * columns * threads) }
  const counts = scratch.bytes(4 * rows)
  tensors.run('keepRows', tasks, { ...own, counts, start: 0, index: 0, values: 0 })
  const integers = (length: number) => heap.int32(tensors.allocate(4 * length), length)
  const start = integers(rows + 1)
  start[0] = 0
  for (const [row, count] of heap.int32(counts, rows).entries()) start[row + 1] = start[row]! + count
  const index = integers(start[rows]!)
  const values = heap.float32(tensors.allocate(4 * index.length), index.length)
  const addresses = { start: start.byteOffset, index: index.byteOffset, values: values.byteOffset }
  tensors.run('keepRows', tasks, { ...own, counts: 0, ...addresses })
  return { start, index, values }
}

/** The kernels on matrices: their tasks are shared by the team of threads. */
export const openMatrices = (context: Context, tensors: TensorKernels): MatrixKernels => {
  const {
    heap,
    pool: { here },
  } = context
  return {
    allocate: (length) => heap.float32(tensors.allocate(4 * length), length),
    allocateIntegers: (length) => heap.int32(tensors.allocate(4 * length), length),
    free: (array) => tensors.free(array.byteOffset, array.byteLength),

    sparseProduct(rows, dense, width, out) {
      withScratch(heap, (scratch) => {
        const count = rows.start.length - 1
        const [rowBlock, columnBlock] = [rowBlockOf(count), COLUMN_BLOCK]
        tensors.run('sumRows', Math.ceil(count / rowBlock) * Math.ceil(width / columnBlock), {
          ...{ table: scratch.input(dense), ...sparseInput(scratch, rows), out: scratch.output(out) },
          ...{ width, count, rowBlock, columnBlock },
        })
      })
    },

    addSparseProduct(lists, matrix, columns, out) {
      withScratch(heap, (scratch) => {
        tensors.run('sumSparse', lists.start.length - 1, {
          ...sparseInput(scratch, lists),
          matrixStart: scratch.input(matrix.start),
          matrixIndex: scratch.input(matrix.index),
          matrixValues: matrix.values ? scratch.input(matrix.values) : 0,
          out: scratch.output(out, true),
          columns,
        })
      })
    },

    addTransposed(matrix, rows, out) {
      withScratch(heap, (scratch) => {
        const rowBlock = 256
        tensors.run('addTransposed', Math.ceil(rows / rowBlock), {
          ...{ x: scratch.input(matrix), out: scratch.output(out, true), rows, columns: matrix.length / rows },
          ...{ read: out.length / rows, rowBlock },
        })
      })
    },

    gramRows(matrix, from, to, out) {
      withScratch(heap, (scratch) => {
        const [columns, rowBlock] = [matrix.byColumn.start.length - 1, 8]
        tensors.run('gramRows', Math.ceil((to - from) / rowBlock), {
          ...{ ...bothSides(scratch, matrix), out: scratch.output(out, true) },
          ...{ columns, first: from, end: to, rowBlock },
        })
      })
    },

    sparseGram(matrix, most = matrix.byColumn.start.length) {
      return withScratch(heap, (scratch) => {
        const columns = matrix.byColumn.start.length - 1
        return keepRows(context, tensors, scratch, {
          ...{ matrix: 0, ...bothSides(scratch, matrix), rows: columns, columns, most },
        })
      })
    },

    largestOfRows(matrix, columns, most) {
      return withScratch(heap, (scratch) =>
        keepRows(context, tensors, scratch, {
          ...{ matrix: scratch.input(matrix), rowStart: 0, rowIndex: 0, rowValues: 0 },
          ...{ columnStart: 0, columnIndex: 0, columnValues: 0, rows: matrix.length / columns, columns, most },
        }),
      )
    },

    addProduct({ a, b, c, rows, depth, columns, transposed }: DenseProduct) {
      if (rows === 0 || depth === 0 || columns === 0) return
      withScratch(heap, (scratch) => {
        const padded = Math.ceil(columns / 8) * 8
        const panels = scratch.bytes(4 * padded * depth)
        const [step, column] = transposed === 'b' ? [4, 4 * depth] : [4 * columns, 4]
        tensors.run('pack', Math.ceil(columns / PACK_BLOCK) * Math.ceil(depth / PACKED_DEPTH), {
          ...{ b: scratch.input(b), step, column, batch: 0, panels, panelsBatch: 0 },
          ...{ depth, columns, depthBlock: PACKED_DEPTH },
        })
        const [rowBlock, columnBlock] = [rowBlockOf(rows), 256]
        const [rowStep, aStep] = transposed === 'a' ? [4, 4 * rows] : [4 * depth, 4]
        tensors.run('addProduct', Math.ceil(rows / rowBlock) * Math.ceil(columns / columnBlock), {
          ...{ a: scratch.input(a), rowStep, step: aStep, panels, c: scratch.output(c, true), cPitch: 4 * columns },
          ...{ rows, depth, columns, rowBlock, columnBlock },
        })
      })
    },

    scaleSymmetric(matrix, scale) {
      withScratch(heap, (scratch) => {
        const [size, block] = [scale.length, 64]
        const blocks = Math.ceil(size / block)
        tensors.run('scaleSymmetric', (blocks * (blocks + 1)) / 2, {
          ...{ matrix: scratch.output(matrix, true), scale: scratch.input(scale), size, block },
        })
      })
    },

    elasticNet({ gram, diagonal, ridge, l1, nonNegative, tolerance, sweeps }, from, out) {
      return withScratch(heap, (scratch) => {
        const items = diagonal.length
        const columns = out.length / items
        const objectives = scratch.bytes(8 * columns)
        const { start, rows: index, weights: values } = sparseInput(scratch, gram)
        tensors.run('elasticNet', columns, {
          ...{ start, index, values, diagonal: scratch.input(diagonal), ridge: scratch.input(ridge) },
          ...{ out: scratch.output(out, true), objectives, work: scratch.bytes(8 * items * context.threads) },
          ...{ items, first: from, shrink: l1 / 2, tolerance, nonNegative: nonNegative ? 1 : 0, sweeps },
        })
        return heap.float64(objectives, columns).slice()
      })
    },

    sweepBlock: (matrix, size, block) => sweepBlock(context, tensors, matrix, [size, block]),

    eigen(symmetric, size) {
      return withScratch(heap, (scratch) => {
        const matrix = scratch.bytes(8 * size * size)
        heap.float64(matrix, size * size).set(symmetric)
        const [values, vectors] = [scratch.bytes(8 * size), scratch.bytes(8 * size * size)]
        const work = scratch.bytes(invoke(here, 'eigenScratch', { dim: size }))
        invoke(here, 'eigen', { A: matrix, dim: size, values, V: vectors, work })
        const [lambda, rows] = [heap.float64(values, size), heap.float64(vectors, size * size)]
        const order = Array.from(lambda, (_, i) => i).sort((i, j) => lambda[j]! - lambda[i]! || i - j)
        const sorted = new Float64Array(size * size)
        for (const [to, from] of order.entries()) sorted.set(rows.subarray(from * size, (from + 1) * size), to * size)
        return { vectors: sorted, values: Float64Array.from(order, (i) => lambda[i]!) }
      })
    },
  }
}
