import { at } from '../vector'

/** Where a thread's number stands in its scratch. */
const NUMBER: usize = 128

/**
 * Columns of a sparse matrix W with an empty diagonal that minimize
 * ‖x − X w‖² + Σ ridge[j] w[j]² + 2 · shrink · Σ |w[j]|, from the sparse rows of G = XᵀX.
 */
@unmanaged
class ElasticNetJob {
  start: usize
  index: usize
  values: usize
  /** The diagonal of G. */
  diagonal: usize
  ridge: usize
  /** [columns, items], zeroed; receives the columns. */
  out: usize
  /** Receives the minimum of each column, in float64. */
  objectives: usize
  /** For each thread two rows of `items`. */
  work: usize
  items: i32
  first: i32
  shrink: f32
  /** A pass over the active weights ends when none moves by more. */
  tolerance: f32
  nonNegative: i32
  sweeps: i32
}

/** g −= delta · row j of G. */
// @ts-ignore: decorator
@inline
function move(job: ElasticNetJob, j: i32, delta: f32, g: usize): void {
  let place = <usize>at(job.start, j) << 2
  const end = <usize>at(job.start, j + 1) << 2
  for (; place < end; place += 4) {
    const to = g + (<usize>load<u32>(job.index + place) << 2)
    store<f32>(to, load<f32>(to) - delta * load<f32>(job.values + place))
  }
}

/** Passes over the active weights until none moves. */
function settle(job: ElasticNetJob, w: usize, g: usize, active: usize, count: i32): void {
  for (let sweep = 0; sweep < job.sweeps; sweep++) {
    let largest: f32 = 0
    for (let a = 0; a < count; a++) {
      const j = at(active, a), place = <usize>j << 2
      const before = load<f32>(w + place), square = load<f32>(job.diagonal + place)
      const target = load<f32>(g + place) + square * before
      let size = abs(target) - job.shrink
      if (size < 0 || (job.nonNegative && target < 0)) size = 0
      const after: f32 = (target < 0 ? -size : size) / (square + load<f32>(job.ridge + place))
      const delta = after - before
      if (delta == 0) continue
      store<f32>(w + place, after)
      move(job, j, delta, g)
      largest = max(largest, abs(delta))
    }
    if (largest <= job.tolerance) return
  }
}

/** g ← G (e_column − w). */
function refresh(job: ElasticNetJob, column: i32, w: usize, g: usize, active: usize, count: i32): void {
  memory.fill(g, 0, <usize>job.items << 2)
  move(job, column, -1, g)
  for (let a = 0; a < count; a++) {
    const j = at(active, a), value = load<f32>(w + (<usize>j << 2))
    if (value != 0) move(job, j, value, g)
  }
}

/** Task (column): coordinate descent on the weights that are not at rest (Ning and Karypis, ICDM 2011). */
export function elasticNet(address: usize, task: i32, scratch: usize): void {
  const job = changetype<ElasticNetJob>(address)
  const bytes = <usize>job.items << 2, column = job.first + task
  const w = job.out + <usize>task * bytes
  const g = job.work + <usize>load<i32>(scratch, NUMBER) * 2 * bytes, active = g + bytes
  let count = 0
  refresh(job, column, w, g, active, count)
  for (let round = 0; round < 20; round++) {
    const known = count
    for (let j = 0; j < job.items; j++) {
      const slope = load<f32>(g + (<usize>j << 2))
      if ((job.nonNegative ? slope : abs(slope)) <= job.shrink || j == column) continue
      let isKnown = load<f32>(w + (<usize>j << 2)) != 0
      for (let a = 0; a < known && !isKnown; a++) isKnown = at(active, a) == j
      if (isKnown) continue
      store<i32>(active + (<usize>count << 2), j)
      count++
    }
    if (count == known) break
    settle(job, w, g, active, count)
    refresh(job, column, w, g, active, count)
  }
  // ‖x − X w‖² = G_cc − Σ w_j (G_jc + g_j)
  let sum = <f64>load<f32>(job.diagonal + (<usize>column << 2))
  for (let a = 0; a < count; a++) {
    const place = <usize>at(active, a) << 2, value = <f64>load<f32>(w + place)
    sum -= value * <f64>load<f32>(g + place)
    sum += <f64>load<f32>(job.ridge + place) * value * value + 2 * <f64>job.shrink * abs(value)
  }
  let place = <usize>at(job.start, column) << 2
  const end = <usize>at(job.start, column + 1) << 2
  for (; place < end; place += 4) {
    const j = load<u32>(job.index + place)
    sum -= <f64>load<f32>(w + (<usize>j << 2)) * <f64>load<f32>(job.values + place)
  }
  store<f64>(job.objectives + (<usize>task << 3), sum)
}
