import { tensorConstants } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { reduceTo } from '../kernels/reduce.js'
import { activeBackend } from '../open.js'
import { packed } from './panels.js'
import { output } from './tensors.js'

const { GRID_ROWS, GRID_COLUMNS } = tensorConstants['tensor/grid']

/** Groups of rows whose gradients by the columns are summed apart, at most. */
const GROUPS = 8

/** Which cell of each row is the positive, and which do not count. */
export interface GridLabels {
  /** Scores are divided by it. */
  readonly temperature: number
  /** [rows]: the column of the positive, int32. */
  readonly own: tf.Tensor1D
  /** Columns that do not count, row by row: row r has those from start[r] to start[r + 1] − 1; int32. */
  readonly excluded?: { readonly start: tf.Tensor1D; readonly columns: tf.Tensor1D } | undefined
  /** [columns]: subtracted from every score of a column, after the division. */
  readonly shift?: tf.Tensor1D | undefined
}

/** Space of a thread: a chunk of scores and what runs along with its rows. */
const threadBytes = (width: number): number => 4 * GRID_ROWS * (GRID_COLUMNS + Math.max(4, Math.ceil(width / 8) * 8))

/** The record of a grid, valid until it is released. */
const withGrid = (
  backend: TensorBackend,
  left: tf.Tensor,
  right: tf.Tensor,
  { temperature, own, excluded, shift }: GridLabels,
  work: (grid: number, spare: number) => void,
): void => {
  const { kernels } = backend
  const [rows, width] = left.shape as [number, number]
  const bytes = threadBytes(width) * kernels.threads
  const [grid, spare] = [kernels.allocate(64), kernels.allocate(bytes)]
  kernels.writeRecord('Grid', grid, {
    left: backend.place(left),
    panels: packed(backend, right, true),
    own: backend.place(own),
    start: excluded ? backend.place(excluded.start) : 0,
    excluded: excluded ? backend.place(excluded.columns) : 0,
    shift: shift ? backend.place(shift) : 0,
    rows,
    columns: right.shape[0]!,
    width,
    inverse: 1 / temperature,
  })
  work(grid, spare)
  kernels.free(grid, 64)
  kernels.free(spare, bytes)
}

const fused = (backend: TensorBackend, given: readonly [tf.Tensor, tf.Tensor], labels: GridLabels): tf.Tensor1D =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [left, right] = all as [tf.Tensor, tf.Tensor]
    const rows = left.shape[0]!
    const [out, logarithms] = [output(backend, [rows]), output(backend, [rows])]
    withGrid(backend, left, right, labels, (grid, spare) => {
      backend.kernels.run('gridSoftmax', Math.ceil(rows / GRID_ROWS), {
        ...{ grid, out: out.at, logarithms: logarithms.at, spare, threadBytes: threadBytes(left.shape[1]!) },
      })
    })
    const { own, excluded, shift } = labels
    const lists = excluded ? [excluded.start, excluded.columns] : []
    save([left, right, logarithms.tensor, own, ...lists, ...(shift ? [shift] : [])])
    return {
      value: out.tensor,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [first, second, sums, places, ...rest] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor1D]
        const kept = rest as tf.Tensor1D[]
        const again: GridLabels = {
          temperature: labels.temperature,
          own: places,
          ...(excluded ? { excluded: { start: kept[0]!, columns: kept[1]! } } : {}),
          ...(shift ? { shift: kept.at(-1)! } : {}),
        }
        return gradients(backend, [first, second], again, sums, dy)
      },
    }
  })(...given) as tf.Tensor1D

/** The panels of `right`, GRID_COLUMNS rows at a time. */
const chunked = (backend: TensorBackend, right: tf.Tensor): { at: number; bytes: number } => {
  const [columns, width] = right.shape as [number, number]
  const padded = Math.ceil(width / 8) * 8
  const bytes = 4 * GRID_COLUMNS * padded
  const whole = Math.floor(columns / GRID_COLUMNS)
  const panels = output(backend, [Math.ceil(columns / GRID_COLUMNS) * GRID_COLUMNS, padded])
  const step = 4 * width
  const from = backend.place(right)
  const shared = { step, column: 4, panelsBatch: bytes, batch: GRID_COLUMNS * step, columns: width }
  const blocks = Math.ceil(width / 64)
  backend.kernels.run('pack', whole * blocks, { ...shared, b: from, panels: panels.at, depth: GRID_COLUMNS })
  const rest = columns - whole * GRID_COLUMNS
  const [b, last] = [from + whole * GRID_COLUMNS * step, panels.at + whole * bytes]
  if (rest > 0) backend.kernels.run('pack', blocks, { ...shared, b, panels: last, depth: rest })
  return { at: panels.at, bytes }
}

const gradients = (
  backend: TensorBackend,
  [left, right]: readonly [tf.Tensor, tf.Tensor],
  labels: GridLabels,
  logarithms: tf.Tensor,
  dy: tf.Tensor,
): tf.Tensor[] => {
  const [rows, width] = left.shape as [number, number]
  const columns = right.shape[0]!
  // no more numbers than a grid has
  const most = Math.max(1, Math.min(GROUPS, Math.floor(rows / width)))
  const rowBlock = Math.ceil(rows / most / GRID_ROWS) * GRID_ROWS
  const groups = Math.ceil(rows / rowBlock)
  const [dleft, dright] = [output(backend, left.shape), output(backend, right.shape)]
  const partials = groups === 1 ? dright : output(backend, [groups, columns, width])
  const panels = chunked(backend, right)
  withGrid(backend, left, right, labels, (grid, spare) => {
    backend.kernels.run('gridSoftmaxGradient', groups, {
      ...{ grid, logarithms: backend.place(logarithms), dy: backend.place(dy), panels: panels.at },
      ...{ panelsBytes: panels.bytes, dleft: dleft.at, partials: partials.at, rowBlock, spare },
      threadBytes: threadBytes(width),
    })
  })
  if (groups > 1) reduceTo(backend, partials.at, [1, groups, columns * width], dright.at)
  return [dleft.tensor, dright.tensor]
}

/** Of operations of tfjs. */
const composed = (left: tf.Tensor, right: tf.Tensor, labels: GridLabels): tf.Tensor1D => {
  const { temperature, own, excluded, shift } = labels
  const [rows, columns] = [left.shape[0]!, right.shape[0]!]
  const scaled = tf.div(tf.matMul(left, right, false, true), temperature)
  const moved = shift ? tf.sub(scaled, shift) : scaled
  const positive = tf.cast(tf.oneHot(own, columns), 'float32')
  const counts = excluded && tf.maximum(positive, counting(excluded, rows, columns))
  const seen = counts ? tf.add(tf.mul(moved, counts), tf.mul(tf.sub(counts, 1), 1e30)) : moved
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(seen), positive), -1)) as tf.Tensor1D
}

/** 1 in the cells that count. */
const counting = ({ start, columns: list }: NonNullable<GridLabels['excluded']>, rows: number, columns: number) => {
  const [from, places] = [start.dataSync(), list.dataSync()]
  const counts = new Float32Array(rows * columns).fill(1)
  for (let row = 0; row < rows; row++)
    for (let k = from[row]!; k < from[row + 1]!; k++) counts[row * columns + places[k]!] = 0
  return tf.tensor2d(counts, [rows, columns])
}

/**
 * Softmax cross-entropy of the positive of each row of left [rows, width] among all rows of right [columns, width],
 * scored by their dot products: [rows]. No array of [rows, columns] is kept: the gradient computes the scores again.
 */
export const gridCrossEntropy = (left: tf.Tensor, right: tf.Tensor, labels: GridLabels): tf.Tensor1D => {
  const backend = activeBackend()
  return backend && left.size > 0 && right.size > 0
    ? fused(backend, [left, right], labels)
    : composed(left, right, labels)
}
