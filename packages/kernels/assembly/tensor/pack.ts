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
}

/** Columns of a task. */
export const PACK_BLOCK: i32 = 64

/** Task (matrix, block of columns). */
export function pack(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<PackJob>(address)
  const blocks = (job.columns + PACK_BLOCK - 1) / PACK_BLOCK
  const matrix = <usize>(task / blocks), column = (task % blocks) * PACK_BLOCK
  packColumns(
    job.b + matrix * job.batch + <usize>column * job.column, job.step, job.column, job.depth,
    min(PACK_BLOCK, job.columns - column), job.panels + matrix * job.panelsBatch + (<usize>(column * job.depth) << 2),
  )
}
