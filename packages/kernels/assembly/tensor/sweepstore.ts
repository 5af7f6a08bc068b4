/** Writes a panel [size, width] back to where `sweepPanel` read it: only numbers of the lower triangle. */
@unmanaged
class SweepStoreJob {
  matrix: usize
  panel: usize
  size: i32
  first: i32
  width: i32
  /** Rows of a task. */
  rowBlock: i32
}

/** Task (block of rows). */
export function sweepStore(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<SweepStoreJob>(address)
  const begin = task * job.rowBlock, end = min(job.size, begin + job.rowBlock)
  const pitch = <usize>job.size << 2, step = <usize>job.width << 2
  for (let row = max(begin, job.first); row < end; row++) {
    const stored = <usize>min(job.width, row - job.first + 1) << 2
    const from = job.panel + <usize>row * step, to = job.matrix + <usize>row * pitch + (<usize>job.first << 2)
    for (let at: usize = 0; at < stored; at += 4) store<f32>(to + at, load<f32>(from + at))
  }
  for (let column = 0; column < job.width; column++) {
    const to = job.matrix + <usize>(job.first + column) * pitch
    let from = job.panel + <usize>begin * step + (<usize>column << 2)
    for (let row = begin; row < min(end, job.first); row++, from += step) {
      store<f32>(to + (<usize>row << 2), load<f32>(from))
    }
  }
}
