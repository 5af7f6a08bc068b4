import { multiply } from './product'

/** C += A B, B in panels; strides in bytes. */
@unmanaged
class AddProductJob {
  a: usize
  rowStep: usize
  step: usize
  panels: usize
  c: usize
  cPitch: usize
  rows: i32
  depth: i32
  columns: i32
  /** Rows and columns of a task; the columns are a multiple of 8. */
  rowBlock: i32
  columnBlock: i32
}

/** Task (block of rows, block of columns). */
export function addProduct(address: usize, task: i32, scratch: usize): void {
  const job = changetype<AddProductJob>(address)
  const blocks = (job.columns + job.columnBlock - 1) / job.columnBlock
  const row = (task / blocks) * job.rowBlock, column = (task % blocks) * job.columnBlock
  const rows = min(job.rowBlock, job.rows - row), columns = min(job.columnBlock, job.columns - column)
  const panels = job.panels + (<usize>column * <usize>job.depth << 2)
  const c = job.c + <usize>row * job.cPitch + (<usize>column << 2)
  const a = job.a + <usize>row * job.rowStep
  multiply(a, job.rowStep, job.step, rows, job.depth, panels, columns, c, job.cPitch, scratch)
}
