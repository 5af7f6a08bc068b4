import { at, madd } from '../vector'

/** out[k] = Σ weights[j] · table[rows[j]] over j from start[k] to start[k + 1] − 1, on a block of columns. */
@unmanaged
class SumRowsJob {
  table: usize
  start: usize
  rows: usize
  /** 0: all are 1. */
  weights: usize
  out: usize
  width: i32
  count: i32
  /** Rows and columns of a task. */
  rowBlock: i32
  columnBlock: i32
}

// @ts-ignore: decorator
@inline
function factor(weights: usize, j: i32): v128 {
  return weights ? v128.load32_splat(weights + (<usize>j << 2)) : f32x4.splat(1)
}

/** Task (block of columns, block of rows). Every number is summed in the order of j, in registers. */
export function sumRows(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<SumRowsJob>(address)
  const blocks = (job.count + job.rowBlock - 1) / job.rowBlock
  const first = (task / blocks) * job.columnBlock, begin = (task % blocks) * job.rowBlock
  const end = min(job.count, begin + job.rowBlock), last = min(job.width, first + job.columnBlock)
  const bytes = <usize>job.width << 2, weights = job.weights, rows = job.rows
  for (let k = begin; k < end; k++) {
    const from = at(job.start, k), to = at(job.start, k + 1)
    const row = job.out + <usize>k * bytes
    let column = first
    for (; column + 32 <= last; column += 32) {
      const table = job.table + (<usize>column << 2), out = row + (<usize>column << 2)
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0
      for (let j = from; j < to; j++) {
        const x = factor(weights, j), y = table + <usize>at(rows, j) * bytes
        s0 = madd(x, v128.load(y), s0)
        s1 = madd(x, v128.load(y, 16), s1)
        s2 = madd(x, v128.load(y, 32), s2)
        s3 = madd(x, v128.load(y, 48), s3)
        s4 = madd(x, v128.load(y, 64), s4)
        s5 = madd(x, v128.load(y, 80), s5)
        s6 = madd(x, v128.load(y, 96), s6)
        s7 = madd(x, v128.load(y, 112), s7)
      }
      v128.store(out, s0), v128.store(out, s1, 16), v128.store(out, s2, 32), v128.store(out, s3, 48)
      v128.store(out, s4, 64), v128.store(out, s5, 80), v128.store(out, s6, 96), v128.store(out, s7, 112)
    }
    for (; column + 4 <= last; column += 4) {
      const table = job.table + (<usize>column << 2)
      let s = f32x4.splat(0)
      for (let j = from; j < to; j++) s = madd(factor(weights, j), v128.load(table + <usize>at(rows, j) * bytes), s)
      v128.store(row + (<usize>column << 2), s)
    }
    for (; column < last; column++) {
      const table = job.table + (<usize>column << 2)
      let s: f32 = 0
      for (let j = from; j < to; j++) {
        const x: f32 = weights ? load<f32>(weights + (<usize>j << 2)) : 1
        s += x * load<f32>(table + <usize>at(rows, j) * bytes)
      }
      store<f32>(row + (<usize>column << 2), s)
    }
  }
}
