import { add, at } from '../vector'
import { multiply, pack } from './product'
import { scale } from './softmax'
import { ROW_COLUMNS } from './rowscores'

/** Gradients of softmax cross-entropies of rows with several positives, by both sides of the scores and the bias. */
@unmanaged
class RowGradientJob {
  left: usize
  right: usize
  /** `left` in panels. */
  panels: usize
  /** [blocks, rows, ROW_COLUMNS]; they become the gradients by the scores. */
  powers: usize
  /** [blocks, rows]: what makes the powers shares of a row. */
  factors: usize
  /** [rows]: gradients by the losses, and these times the number of positives. */
  dy: usize
  weights: usize
  start: usize
  positives: usize
  /** [columns, width] */
  dright: usize
  /** [columns]; 0: not wanted. */
  dbias: usize
  /** [tasks, rows, width]: of each task the gradient by left. */
  partials: usize
  spare: usize
  threadBytes: usize
  rows: i32
  columns: i32
  width: i32
  /** Blocks of columns of a task. */
  blocks: i32
}

/** Task: some blocks of columns. */
export function rowGradient(address: usize, task: i32, scratch: usize): void {
  const job = changetype<RowGradientJob>(address)
  const width = <usize>job.width << 2
  const partial = job.partials + <usize>task * <usize>job.rows * width
  memory.fill(partial, 0, <usize>job.rows * width)
  const last = (job.columns + ROW_COLUMNS - 1) / ROW_COLUMNS
  for (let block = task * job.blocks, end = min(last, block + job.blocks); block < end; block++)
    gradientOf(job, block, partial, scratch)
}

function gradientOf(job: RowGradientJob, block: i32, partial: usize, scratch: usize): void {
  const first = block * ROW_COLUMNS
  const columns = min(ROW_COLUMNS, job.columns - first)
  const bytes = <usize>columns << 2, pitch = <usize>ROW_COLUMNS << 2, width = <usize>job.width << 2
  const slopes = job.powers + <usize>block * <usize>job.rows * pitch
  const factors = job.factors + (<usize>block * <usize>job.rows << 2)
  for (let r = 0; r < job.rows; r++) {
    const place = <usize>r << 2
    scale(slopes + <usize>r * pitch, bytes, load<f32>(factors + place) * load<f32>(job.weights + place))
  }
  for (let c = 0; c < columns; c++)
    for (let k = at(job.start, first + c), end = at(job.start, first + c + 1); k < end; k++) {
      const row = at(job.positives, k)
      const place = slopes + <usize>row * pitch + (<usize>c << 2)
      store<f32>(place, load<f32>(place) - load<f32>(job.dy + (<usize>row << 2)))
    }
  if (job.dbias) {
    const dbias = job.dbias + (<usize>first << 2)
    memory.fill(dbias, 0, bytes)
    for (let r = 0; r < job.rows; r++) add(dbias, slopes + <usize>r * pitch, 1, bytes)
  }
  const dright = job.dright + <usize>first * width
  memory.fill(dright, 0, <usize>columns * width)
  multiply(slopes, 4, pitch, columns, job.rows, job.panels, job.width, dright, width, scratch)
  const panels = job.spare + <usize>load<i32>(scratch, 128) * job.threadBytes
  pack(job.right + <usize>first * width, width, 4, columns, 0, columns, job.width, panels)
  multiply(slopes, pitch, 4, job.rows, columns, panels, job.width, partial, width, scratch)
}
