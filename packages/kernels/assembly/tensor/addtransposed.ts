/** out[c][r] += x[r][c] for a matrix x [rows, columns]. */
@unmanaged
class AddTransposedJob {
  x: usize
  out: usize
  rows: i32
  columns: i32
  /** Columns that are read. */
  read: i32
  /** Rows of a task. */
  rowBlock: i32
}

/** Task (block of rows). */
export function addTransposed(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<AddTransposedJob>(address)
  const begin = task * job.rowBlock, end = min(job.rows, begin + job.rowBlock)
  const step = <usize>job.columns << 2, pitch = <usize>job.rows << 2
  for (let column = 0; column < job.read; column++) {
    let from = job.x + <usize>begin * step + (<usize>column << 2)
    let to = job.out + <usize>column * pitch + (<usize>begin << 2)
    for (let row = begin; row < end; row++, from += step, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from))
  }
}
