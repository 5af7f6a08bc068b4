import { setOptimizer } from '../optimizers/settings'
import { update } from '../update'

/** Row rows[k] takes one step of an optimizer along gradient k; rows are distinct. */
@unmanaged
class UpdateRowsJob {
  first: f64
  second: f64
  third: f64
  values: usize
  state: usize
  rows: usize
  gradients: usize
  optimizer: i32
  size: f32
  scale: f32
  width: i32
  slots: i32
  count: i32
  rowBlock: i32
}

export function updateRows(address: usize, task: i32, scratch: usize): void {
  const job = changetype<UpdateRowsJob>(address)
  setOptimizer(job.optimizer, job.first, job.second, job.third, job.size, job.scale)
  const from = task * job.rowBlock
  const count = min(job.rowBlock, job.count - from)
  const gradients = job.gradients + (<usize>from * <usize>job.width << 2)
  const rows = job.rows + (<usize>from << 2)
  // kept, so that the compiler keeps the reads ahead
  store<f32>(scratch, update(job.values, job.state, job.width, job.slots, rows, count, gradients))
}
