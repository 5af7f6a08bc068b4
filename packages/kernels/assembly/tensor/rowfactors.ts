import { exp } from './math'

/** The sums of powers of e of whole rows, and what turns the powers of a block into shares of them. */
@unmanaged
class RowFactorsJob {
  /** [blocks, rows]: the largest score of a row in a block, which becomes its factor, and the sum of its powers. */
  largest: usize
  sums: usize
  /** [rows]: the logarithm of the sum of all powers of the scores. */
  out: usize
  blocks: i32
  rows: i32
  /** Rows of a task. */
  rowBlock: i32
}

/** Task: a block of rows. */
export function rowFactors(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<RowFactorsJob>(address)
  const pitch = <usize>job.rows << 2
  const end = min(job.rows, (task + 1) * job.rowBlock)
  for (let row = task * job.rowBlock; row < end; row++) {
    const at = <usize>row << 2
    let largest = load<f32>(job.largest + at)
    for (let block = 1; block < job.blocks; block++)
      largest = max(largest, load<f32>(job.largest + at + <usize>block * pitch))
    let total: f64 = 0
    for (let block = 0; block < job.blocks; block++) {
      const place = at + <usize>block * pitch
      const factor = f32x4.extract_lane(exp(f32x4.splat(load<f32>(job.largest + place) - largest)), 0)
      store<f32>(job.largest + place, factor)
      total += <f64>factor * <f64>load<f32>(job.sums + place)
    }
    store<f32>(job.out + at, largest + <f32>Math.log(total))
    for (let block = 0; block < job.blocks; block++) {
      const place = at + <usize>block * pitch
      store<f32>(job.largest + place, <f32>(<f64>load<f32>(job.largest + place) / total))
    }
  }
}
