import { at } from '../vector'
import { multiply, pack } from './product'
import { exponentials, largestOf, scale } from './softmax'

/** Rows whose scores a thread holds at a time. */
export const GRID_ROWS: i32 = 64

/**
 * Softmax cross-entropy of each row's positive among the rows of `right`, scored by dot products divided by the
 * temperature, and its gradients. No array of [rows, columns] is kept.
 */
@unmanaged
class GridSoftmaxJob {
  /** [rows, width] */
  left: usize
  /** `right` [columns, width] in panels, and its transpose. */
  panels: usize
  transposed: usize
  /** The column of each row's positive. */
  own: usize
  /** Columns that do not count for a row: places in `excluded` where its list starts; 0: none. */
  start: usize
  excluded: usize
  /** Subtracted from the scores of a column; 0: nothing is. */
  shift: usize
  /** The logarithm of how often a column counts, a positive once where columns are excluded; 0: each counts once. */
  logCounts: usize
  /** [rows]: the loss; 0: not wanted. */
  out: usize
  /** [rows]: gradients by the losses; 0: all are 1. */
  dy: usize
  /** Gradients by left, and of each task by right, [tasks, columns, width]; 0: not wanted. */
  dleft: usize
  partials: usize
  /** Scores and panels of every thread, `threadBytes` each. */
  spare: usize
  threadBytes: usize
  rows: i32
  columns: i32
  width: i32
  /** Rows of a task. */
  rowBlock: i32
  /** 1 / temperature */
  inverse: f32
}

/** Task: a group of rows. */
export function gridSoftmax(address: usize, task: i32, scratch: usize): void {
  const job = changetype<GridSoftmaxJob>(address)
  const columns = job.columns
  const width = <usize>job.width << 2
  const bytes = <usize>columns << 2
  const pitch = pitchOf(columns)
  const scores = job.spare + <usize>load<i32>(scratch, 128) * job.threadBytes
  const leftPanels = scores + <usize>GRID_ROWS * pitch
  const partial = job.partials + <usize>task * <usize>columns * width
  if (job.dleft) memory.fill(partial, 0, <usize>columns * width)
  const end = min(job.rows, (task + 1) * job.rowBlock)
  for (let row = task * job.rowBlock; row < end; row += GRID_ROWS) {
    const rows = min(GRID_ROWS, end - row)
    const left = job.left + <usize>row * width
    memory.fill(scores, 0, <usize>rows * pitch)
    memory.copy(leftPanels, left, <usize>rows * width)
    scale(leftPanels, <usize>rows * width, job.inverse)
    multiply(leftPanels, width, 4, rows, job.width, job.transposed, columns, scores, pitch, scratch)
    for (let r = 0; r < rows; r++) softmaxOf(job, row + r, scores + <usize>r * pitch, bytes)
    if (!job.dleft) continue
    const dleft = job.dleft + <usize>row * width
    memory.fill(dleft, 0, <usize>rows * width)
    multiply(scores, pitch, 4, rows, columns, job.panels, job.width, dleft, width, scratch)
    pack(left, width, 4, rows, 0, rows, job.width, leftPanels)
    multiply(scores, 4, pitch, columns, rows, leftPanels, job.width, partial, width, scratch)
  }
}

/** Bytes of a row of scores: no power of two, whose columns would share a place in the cache. */
// @ts-ignore: decorator
@inline
function pitchOf(columns: i32): usize {
  return <usize>(((columns + 15) & ~15) + 16) << 2
}

/** Scores of a row become the gradients of its loss by the products. */
function softmaxOf(job: GridSoftmaxJob, row: i32, scores: usize, bytes: usize): void {
  if (job.shift)
    for (let place: usize = 0; place < bytes; place += 4)
      store<f32>(scores + place, load<f32>(scores + place) - load<f32>(job.shift + place))
  const own = at(job.own, row), positive = scores + (<usize>own << 2)
  const score = load<f32>(positive)
  if (job.logCounts) {
    for (let place: usize = 0; place < bytes; place += 4)
      store<f32>(scores + place, load<f32>(scores + place) + load<f32>(job.logCounts + place))
    if (job.start) store<f32>(positive, score)
  }
  if (job.start)
    for (let k = at(job.start, row), end = at(job.start, row + 1); k < end; k++) {
      const place = at(job.excluded, k)
      if (place != own) store<f32>(scores + (<usize>place << 2), f32.NEGATIVE_INFINITY)
    }
  const largest = largestOf(scores, bytes)
  const sum = exponentials(scores, scores, bytes, largest)
  if (job.out) store<f32>(job.out + (<usize>row << 2), largest + <f32>Math.log(<f64>sum) - score)
  if (!job.dleft) return
  const slope: f32 = job.dy ? load<f32>(job.dy + (<usize>row << 2)) * job.inverse : job.inverse
  scale(scores, bytes, slope / sum)
  store<f32>(positive, load<f32>(positive) - slope)
}
