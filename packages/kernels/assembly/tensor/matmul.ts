import { copy } from '../vector'
import { multiply } from './product'

/** C = f(A B + bias) of every matrix of a batch, B in panels; strides in bytes. */
@unmanaged
class MatmulJob {
  a: usize
  rowStep: usize
  step: usize
  aBatch: usize
  panels: usize
  panelsBatch: usize
  c: usize
  cPitch: usize
  cBatch: usize
  /** 0: none. */
  bias: usize
  rows: i32
  depth: i32
  columns: i32
  /** Rows of a task. */
  rowBlock: i32
  relu: i32
}

/** Columns of a task. */
export const COLUMN_BLOCK: i32 = 64

/** Task (matrix, block of columns, block of rows). */
export function matmul(address: usize, task: i32, scratch: usize): void {
  const job = changetype<MatmulJob>(address)
  const rowBlocks = (job.rows + job.rowBlock - 1) / job.rowBlock
  const columnBlocks = (job.columns + COLUMN_BLOCK - 1) / COLUMN_BLOCK
  const part = task / rowBlocks
  const matrix = <usize>(part / columnBlocks)
  const column = (part % columnBlocks) * COLUMN_BLOCK
  const row = (task % rowBlocks) * job.rowBlock
  const rows = min(job.rowBlock, job.rows - row)
  const columns = min(COLUMN_BLOCK, job.columns - column)
  const bytes = <usize>columns << 2
  const c = job.c + matrix * job.cBatch + <usize>row * job.cPitch + (<usize>column << 2)
  for (let r = 0; r < rows; r++) {
    const to = c + <usize>r * job.cPitch
    if (job.bias) copy(to, job.bias + (<usize>column << 2), bytes)
    else memory.fill(to, 0, bytes)
  }
  const panels = job.panels + matrix * job.panelsBatch + (<usize>(column * job.depth) << 2)
  const a = job.a + matrix * job.aBatch + <usize>row * job.rowStep
  multiply(a, job.rowStep, job.step, rows, job.depth, panels, columns, c, job.cPitch, scratch)
  if (!job.relu) return
  const zeros = f32x4.splat(0)
  for (let r = 0; r < rows; r++) {
    const to = c + <usize>r * job.cPitch
    let at: usize = 0
    for (; at + 16 <= bytes; at += 16) v128.store(to + at, f32x4.max(v128.load(to + at), zeros))
    for (; at < bytes; at += 4) store<f32>(to + at, max<f32>(load<f32>(to + at), 0))
  }
}
