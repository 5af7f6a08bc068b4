/** Rows of a matrix [rows, depth] in groups of four, number by number: out [rows / 4, depth, 4], padded with zeros. */
@unmanaged
class InterleaveJob {
  x: usize
  out: usize
  rows: i32
  depth: i32
  /** Groups of a task. */
  groupBlock: i32
}

/** Task (block of groups). */
export function interleave(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<InterleaveJob>(address)
  const pitch = <usize>job.depth << 2
  const begin = task * job.groupBlock, end = min((job.rows + 3) / 4, begin + job.groupBlock)
  for (let group = begin; group < end; group++) {
    const x0 = job.x + <usize>(group * 4) * pitch, x1 = x0 + pitch, x2 = x1 + pitch, x3 = x2 + pitch
    const out = job.out + <usize>group * (pitch << 2), rows = min(4, job.rows - group * 4)
    for (let at: usize = 0; at < pitch; at += 4) {
      const to = out + (at << 2)
      store<f32>(to, load<f32>(x0 + at))
      store<f32>(to, rows > 1 ? load<f32>(x1 + at) : 0, 4)
      store<f32>(to, rows > 2 ? load<f32>(x2 + at) : 0, 8)
      store<f32>(to, rows > 3 ? load<f32>(x3 + at) : 0, 12)
    }
  }
}
