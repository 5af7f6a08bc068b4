import { tensorConstants } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { reduceTo } from '../kernels/reduce.js'
import { activeBackend } from '../open.js'
import { packed } from './panels.js'
import { output } from './tensors.js'

const { ROW_COLUMNS } = tensorConstants['tensor/rowscores']

/** Groups of columns whose gradients by the rows are summed apart, at most. */
const GROUPS = 16
/** Rows whose sums a task combines. */
const ROW_BLOCK = 64

/**
 * The positives of each row: row r has columns[start[r]] to columns[start[r + 1] − 1], twice where it is twice there.
 */
export interface RowPositives {
  readonly start: tf.Tensor1D
  readonly columns: tf.Tensor1D
}

/** The rows that have each column as a positive, ascending. */
const byColumn = (start: Int32Array, columns: Int32Array, count: number) => {
  const from = new Int32Array(count + 1)
  for (const column of columns) from[column + 1]!++
  for (let column = 0; column < count; column++) from[column + 1]! += from[column]!
  const next = from.slice()
  const rows = new Int32Array(columns.length)
  for (let row = 0; row + 1 < start.length; row++)
    for (let k = start[row]!; k < start[row + 1]!; k++) rows[next[columns[k]!]!++] = row
  return { from, rows }
}

/** Lists on the backend: tensors of int32. */
const listed = (values: Int32Array) => tf.tensor1d(values, 'int32')

interface Sizes {
  readonly rows: number
  readonly columns: number
  readonly width: number
  readonly blocks: number
}

const sizesOf = (left: tf.Tensor, right: tf.Tensor): Sizes => {
  const [rows, width] = left.shape as [number, number]
  const columns = right.shape[0]!
  return { rows, columns, width, blocks: Math.ceil(columns / ROW_COLUMNS) }
}

/** Runs with space for the panels of a block of columns in every thread. */
const withPanels = (
  backend: TensorBackend,
  { width }: Sizes,
  run: (spare: number, threadBytes: number) => void,
): void => {
  const { kernels } = backend
  const threadBytes = 4 * (ROW_COLUMNS + 8) * (Math.ceil(width / 8) * 8)
  const spare = kernels.allocate(threadBytes * kernels.threads)
  run(spare, threadBytes)
  kernels.free(spare, threadBytes * kernels.threads)
}

const forward = (
  backend: TensorBackend,
  left: tf.Tensor,
  right: tf.Tensor,
  bias: tf.Tensor | undefined,
  given: RowPositives,
) => {
  const sizes = sizesOf(left, right)
  const { rows, columns, width, blocks } = sizes
  const start = backend.view(given.start) as unknown as Int32Array
  const lists = byColumn(start, backend.view(given.columns) as unknown as Int32Array, columns)
  const [from, positives] = [listed(lists.from), listed(lists.rows)]
  const powers = output(backend, [blocks, rows, ROW_COLUMNS])
  const largest = output(backend, [blocks, rows])
  const sums = output(backend, [blocks, rows])
  const scores = output(backend, [Math.max(1, lists.rows.length)])
  withPanels(backend, sizes, (spare, threadBytes) =>
    backend.kernels.run('rowScores', blocks, {
      ...{ left: backend.place(left), right: backend.place(right), bias: bias ? backend.place(bias) : 0 },
      ...{ powers: powers.at, largest: largest.at, sums: sums.at },
      ...{ start: backend.place(from), positives: backend.place(positives), scores: scores.at },
      ...{ spare, threadBytes, rows, columns, width },
    }),
  )
  const logSums = output(backend, [rows])
  backend.kernels.run('rowFactors', Math.ceil(rows / ROW_BLOCK), {
    ...{ largest: largest.at, sums: sums.at, out: logSums.at, blocks, rows, rowBlock: ROW_BLOCK },
  })
  const losses = new Float64Array(rows)
  const logSum = backend.view(logSums.tensor)
  for (let row = 0; row < rows; row++) losses[row] = (start[row + 1]! - start[row]!) * logSum[row]!
  const found = backend.view(scores.tensor)
  lists.rows.forEach((row, k) => {
    losses[row]! -= found[k]!
  })
  return {
    losses: tf.tensor1d(Float32Array.from(losses)),
    powers: powers.tensor,
    factors: largest.tensor,
    from,
    positives,
  }
}

/** `powers` become the gradients by the scores. */
const backward = (
  backend: TensorBackend,
  [left, right, powers, factors, from, positives, start]: readonly tf.Tensor[],
  dy: tf.Tensor,
  biased: boolean,
) => {
  const sizes = sizesOf(left!, right!)
  const { rows, columns, width, blocks } = sizes
  const each = Math.ceil(blocks / GROUPS)
  const groups = Math.ceil(blocks / each)
  const slopes = backend.view(dy)
  const starts = backend.view(start!)
  const weights = tf.tensor1d(slopes.map((slope, row) => slope * (starts[row + 1]! - starts[row]!)))
  const dleft = output(backend, left!.shape)
  const dright = output(backend, right!.shape)
  const dbias = biased ? output(backend, [columns]) : undefined
  const partials = groups > 1 ? output(backend, [groups, rows, width]) : dleft
  withPanels(backend, sizes, (spare, threadBytes) =>
    backend.kernels.run('rowGradient', groups, {
      ...{ left: backend.place(left!), right: backend.place(right!), panels: packed(backend, left!) },
      ...{ powers: backend.place(powers!), factors: backend.place(factors!) },
      ...{ dy: backend.place(dy), weights: backend.place(weights) },
      ...{ start: backend.place(from!), positives: backend.place(positives!) },
      ...{ dright: dright.at, dbias: dbias?.at ?? 0, partials: partials.at },
      ...{ spare, threadBytes, rows, columns, width, blocks: each },
    }),
  )
  if (groups > 1) reduceTo(backend, partials.at, [1, groups, rows * width], dleft.at)
  return [dleft.tensor, dright.tensor, ...(dbias ? [dbias.tensor] : [])]
}

const fused = (backend: TensorBackend, given: readonly tf.Tensor[], positives: RowPositives): tf.Tensor1D =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [left, right, bias] = all as [tf.Tensor, tf.Tensor, tf.Tensor?]
    const { losses, ...kept } = forward(backend, left, right, bias, positives)
    save([left, right, kept.powers, kept.factors, kept.from, kept.positives, positives.start])
    return {
      value: losses,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(backend, saved, dy, bias !== undefined),
    }
  })(...given) as tf.Tensor1D

/** Of operations of tfjs. */
const composed = (
  left: tf.Tensor,
  right: tf.Tensor,
  bias: tf.Tensor | undefined,
  { start, columns }: RowPositives,
): tf.Tensor1D => {
  const [rows, width] = [left.shape[0]!, right.shape[0]!]
  const [from, list] = [start.dataSync(), columns.dataSync()]
  const counts = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++)
    for (let k = from[row]!; k < from[row + 1]!; k++) counts[row * width + list[k]!]!++
  const products = tf.matMul(left, right, false, true)
  const scores = bias ? tf.add(products, tf.reshape(bias, [1, -1])) : products
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(scores), tf.tensor2d(counts, [rows, width])), 1)) as tf.Tensor1D
}

/**
 * Multinomial cross-entropy of the positives of each row of left [rows, width] among all rows of right [columns,
 * width], scored by their dot products, plus `bias` [columns, 1] where given: −Σ ln softmax(scores)[positive], [rows].
 * Powers of the scores [rows, columns] are kept from the losses to their gradients.
 */
export const rowCrossEntropy = (
  left: tf.Tensor,
  right: tf.Tensor,
  bias: tf.Tensor | undefined,
  positives: RowPositives,
): tf.Tensor1D => {
  const backend = activeBackend()
  if (!backend || left.size === 0 || right.size === 0) return composed(left, right, bias, positives)
  const column = bias ? [tf.reshape(bias, [-1])] : []
  return fused(backend, [left, right, ...column], positives)
}
