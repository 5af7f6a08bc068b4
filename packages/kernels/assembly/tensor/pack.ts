import { pack as packColumns } from './product'

/** Packs matrices into panels of 8 columns; strides in bytes. */
@unmanaged
class PackJob {
  b: usize
  step: usize
  column: usize
  batch: usize
  panels: usize
  panelsBatch: usize
  depth: i32
  columns: i32
  /** Depth of a task. */
  depthBlock: i32
}

/** Columns of a task. */
export const PACK_BLOCK: i32 = 64

/** Task (matrix, block of columns, block of the depth). */
export function pack(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<PackJob>(address)
  const blocks = (job.columns + PACK_BLOCK - 1) / PACK_BLOCK
  const parts = (job.depth + job.depthBlock - 1) / job.depthBlock
  const from = (task % parts) * job.depthBlock, part = task / parts
  const matrix = <usize>(part / blocks), column = (part % blocks) * PACK_BLOCK
  const b = job.b + matrix * job.batch + <usize>column * job.column + <usize>from * job.step
  const panels = job.panels + matrix * job.panelsBatch + (<usize>(column * job.depth) << 2)
  const columns = min(PACK_BLOCK, job.columns - column)
  packColumns(b, job.step, job.column, job.depth, from, min(job.depthBlock, job.depth - from), columns, panels)
}
