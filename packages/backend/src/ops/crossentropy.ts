import { tensorConstants } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { reduceTo } from '../kernels/reduce.js'
import { map } from '../kernels/unary.js'
import { activeBackend } from '../open.js'
import { packed } from './panels.js'
import { output, wrap } from './tensors.js'

const { GRID_ROWS } = tensorConstants['tensor/gridsoftmax']
const { AFFINE } = tensorConstants['tensor/unary']

/** Groups of rows whose gradients by the columns are summed apart, at most. */
const GROUPS = 16

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
  /** [columns]: how often each counts; a positive counts once where columns are excluded. Default: once. */
  readonly counts?: tf.Tensor1D | undefined
}

/** Space of a thread: the scores of a block of rows, and the block in panels. */
const threadBytes = (columns: number, width: number): number =>
  4 * GRID_ROWS * (Math.ceil(columns / 16) * 16 + 16 + Math.ceil(width / 8) * 8)

/** The losses, where `dy` is absent, and the gradients by both sides along it (absent: ones), where wanted. */
const compute = (
  backend: TensorBackend,
  left: tf.Tensor,
  right: tf.Tensor,
  { temperature, own, excluded, shift, counts }: GridLabels,
  wanted: boolean,
  dy?: tf.Tensor,
): { readonly losses?: tf.Tensor; readonly gradients?: readonly [tf.Tensor, tf.Tensor] } => {
  const { kernels } = backend
  const [rows, width] = left.shape as [number, number]
  const columns = right.shape[0]!
  // partial sums have no more numbers than the grid
  const most = wanted ? Math.max(1, Math.min(GROUPS, Math.floor(rows / width))) : rows
  const rowBlock = Math.ceil(rows / most / GRID_ROWS) * GRID_ROWS
  const groups = Math.ceil(rows / rowBlock)
  const losses = dy ? undefined : output(backend, [rows])
  const [dleft, dright] = wanted ? [output(backend, left.shape), output(backend, right.shape)] : []
  const partials = dright && groups > 1 ? output(backend, [groups, columns, width]) : dright
  const bytes = threadBytes(columns, width)
  const logCounts = counts && tf.log(counts)
  const spare = kernels.allocate(bytes * kernels.threads)
  kernels.run('gridSoftmax', groups, {
    ...{
      left: backend.place(left),
      panels: wanted ? packed(backend, right) : 0,
      transposed: packed(backend, right, true),
    },
    ...{ own: backend.place(own), start: excluded ? backend.place(excluded.start) : 0 },
    ...{ excluded: excluded ? backend.place(excluded.columns) : 0, shift: shift ? backend.place(shift) : 0 },
    logCounts: logCounts ? backend.place(logCounts) : 0,
    ...{ out: losses?.at ?? 0, dy: dy ? backend.place(dy) : 0, dleft: dleft?.at ?? 0, partials: partials?.at ?? 0 },
    ...{ spare, threadBytes: bytes, rows, columns, width, rowBlock, inverse: 1 / temperature },
  })
  kernels.free(spare, bytes * kernels.threads)
  if (dright && groups > 1) reduceTo(backend, partials!.at, [1, groups, columns * width], dright.at)
  return {
    ...(losses ? { losses: losses.tensor } : {}),
    ...(dleft && dright ? { gradients: [dleft.tensor, dright.tensor] as const } : {}),
  }
}

/** x · factor. */
const scaled = (backend: TensorBackend, x: tf.Tensor, factor: number): tf.Tensor =>
  factor === 1 ? tf.clone(x) : wrap(backend, map(backend, x, AFFINE, factor, 0))

/** The number that all numbers of a tensor are; undefined where they differ. */
const sameNumber = (values: Float32Array): number | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined

const fused = (backend: TensorBackend, given: readonly [tf.Tensor, tf.Tensor], labels: GridLabels): tf.Tensor1D =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [left, right] = all as [tf.Tensor, tf.Tensor]
    // the scores are there now: gradients along ones serve every loss that sums its terms
    const traced = Boolean(tf.engine().state.activeTape)
    const { losses, gradients } = compute(backend, left, right, labels, traced)
    const { own, excluded, shift, counts } = labels
    const lists = [excluded?.start, excluded?.columns, shift, counts].filter((list) => list !== undefined)
    save([left, right, ...(gradients ?? []), own, ...lists])
    return {
      value: losses!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [first, second, dleft, dright] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
        const factor = sameNumber(backend.view(dy))
        if (factor !== undefined) return [scaled(backend, dleft, factor), scaled(backend, dright, factor)]
        const kept = saved.slice(4) as tf.Tensor1D[]
        const next = () => kept.shift()!
        const again: GridLabels = {
          temperature: labels.temperature,
          own: next(),
          excluded: excluded && { start: next(), columns: next() },
          shift: shift && next(),
          counts: counts && next(),
        }
        return [...compute(backend, first, second, again, true, dy).gradients!]
      },
    }
  })(...given) as tf.Tensor1D

/** Of operations of tfjs. */
const composed = (left: tf.Tensor, right: tf.Tensor, labels: GridLabels): tf.Tensor1D => {
  const { temperature, own, excluded, shift, counts } = labels
  const [rows, columns] = [left.shape[0]!, right.shape[0]!]
  const divided = tf.div(tf.matMul(left, right, false, true), temperature)
  const scores = shift ? tf.sub(divided, shift) : divided
  const positive = tf.cast(tf.oneHot(own, columns), 'float32')
  const others = excluded ? tf.sub(1, positive) : tf.onesLike(positive)
  const repeated = counts ? tf.add(scores, tf.mul(tf.log(counts), others)) : scores
  const counted = excluded && tf.maximum(positive, counting(excluded, rows, columns))
  const seen = counted ? tf.add(tf.mul(repeated, counted), tf.mul(tf.sub(counted, 1), 1e30)) : repeated
  return tf.sub(tf.logSumExp(seen, 1), tf.sum(tf.mul(scores, positive), 1)) as tf.Tensor1D
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
 * scored by their dot products: [rows]. No array of [rows, columns] is kept: gradients are computed with the losses, or
 * again where the losses count differently.
 */
export const gridCrossEntropy = (left: tf.Tensor, right: tf.Tensor, labels: GridLabels): tf.Tensor1D => {
  const backend = activeBackend()
  return backend && left.size > 0 && right.size > 0
    ? fused(backend, [left, right], labels)
    : composed(left, right, labels)
}
