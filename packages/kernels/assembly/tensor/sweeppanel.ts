import { copy } from '../vector'

/**
 * Columns `first` … `first` + `width` − 1 of a symmetric matrix of which the lower triangle is stored: out
 * [size, width].
 */
@unmanaged
class SweepPanelJob {
  matrix: usize
  out: usize
  size: i32
  first: i32
  width: i32
  /** Rows of a task. */
  rowBlock: i32
}

/** Task (block of rows). */
export function sweepPanel(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<SweepPanelJob>(address)
  const begin = task * job.rowBlock, end = min(job.size, begin + job.rowBlock)
  const pitch = <usize>job.size << 2, step = <usize>job.width << 2
  const first = <usize>job.first, columns = job.matrix + (first << 2)
  for (let row = begin; row < end; row++) {
    const to = job.out + <usize>row * step
    if (row >= job.first) {
      // up to the diagonal
      const stored = min(job.width, row - job.first + 1)
      copy(to, columns + <usize>row * pitch, <usize>stored << 2)
    }
  }
  // the rest stands in the rows of the block
  const last = min(end, job.first + job.width)
  for (let column = 0; column < job.width; column++) {
    const pivot = job.first + column
    const from = job.matrix + <usize>pivot * pitch
    let to = job.out + <usize>begin * step + (<usize>column << 2)
    for (let row = begin; row < min(last, pivot); row++, to += step) store<f32>(to, load<f32>(from + (<usize>row << 2)))
  }
}
