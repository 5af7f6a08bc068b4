import { at } from '../vector'

/** out[l] += Σ weights[j] · matrix[rows[j]] over j from start[l] to start[l + 1] − 1, for a sparse matrix. */
@unmanaged
class SumSparseJob {
  start: usize
  rows: usize
  /** 0: all are 1. */
  weights: usize
  matrixStart: usize
  matrixIndex: usize
  /** 0: all are 1. */
  matrixValues: usize
  out: usize
  columns: i32
}

/** Task (list). */
export function sumSparse(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<SumSparseJob>(address)
  const out = job.out + (<usize>task * <usize>job.columns << 2)
  const end = at(job.start, task + 1)
  for (let j = at(job.start, task); j < end; j++) {
    const row = at(job.rows, j), x: f32 = job.weights ? load<f32>(job.weights + (<usize>j << 2)) : 1
    const first = <usize>at(job.matrixStart, row) << 2, last = <usize>at(job.matrixStart, row + 1) << 2
    const values = job.matrixValues
    if (values) {
      for (let place = first; place < last; place += 4) {
        const to = out + (<usize>load<u32>(job.matrixIndex + place) << 2)
        store<f32>(to, load<f32>(to) + x * load<f32>(values + place))
      }
    } else {
      for (let place = first; place < last; place += 4) {
        const to = out + (<usize>load<u32>(job.matrixIndex + place) << 2)
        store<f32>(to, load<f32>(to) + x)
      }
    }
  }
}
