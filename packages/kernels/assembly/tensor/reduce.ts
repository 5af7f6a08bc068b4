/** out [outer, inner] = the reduction of x [outer, count, inner] over its middle dimension. */
@unmanaged
class ReduceJob {
  x: usize
  out: usize
  outer: i32
  count: i32
  inner: i32
  operation: i32
  /** Rows of a task where `inner` is 1, else pieces of `piece` columns of one row. */
  rowBlock: i32
  piece: i32
}

export const SUM: i32 = 0
export const MEAN: i32 = 1
export const LARGEST: i32 = 2
export const SMALLEST: i32 = 3

export function reduce(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<ReduceJob>(address)
  if (job.inner == 1) {
    const end = min(job.outer, (task + 1) * job.rowBlock)
    for (let r = task * job.rowBlock; r < end; r++) {
      const value = along(job.operation, job.x + (<usize>r * <usize>job.count << 2), job.count)
      store<f32>(job.out + (<usize>r << 2), value)
    }
    return
  }
  const pieces = (job.inner + job.piece - 1) / job.piece
  const row = task / pieces, from = (task % pieces) * job.piece
  const x = job.x + ((<usize>row * <usize>job.count * <usize>job.inner + <usize>from) << 2)
  down(job, x, job.out + ((<usize>row * <usize>job.inner + <usize>from) << 2), min(job.piece, job.inner - from))
}

// @ts-ignore: decorator
@inline
function combine(operation: i32, a: v128, b: v128): v128 {
  switch (operation) {
    case LARGEST: return f32x4.max(a, b)
    case SMALLEST: return f32x4.min(a, b)
    default: return f32x4.add(a, b)
  }
}

// @ts-ignore: decorator
@inline
function start(operation: i32): f32 {
  return operation == LARGEST ? f32.NEGATIVE_INFINITY : operation == SMALLEST ? f32.POSITIVE_INFINITY : 0
}

/** Lane by lane, then the lanes, then the numbers that fill no vector. */
function along(operation: i32, x: usize, count: i32): f32 {
  const bytes = <usize>count << 2
  let s = f32x4.splat(start(operation)), t = s
  let at: usize = 0
  for (; at + 32 <= bytes; at += 32) {
    s = combine(operation, s, v128.load(x + at))
    t = combine(operation, t, v128.load(x + at, 16))
  }
  s = combine(operation, s, t)
  s = combine(operation, s, v128.shuffle<f32>(s, s, 2, 3, 0, 1))
  s = combine(operation, s, v128.shuffle<f32>(s, s, 1, 0, 3, 2))
  for (; at < bytes; at += 4) s = combine(operation, s, v128.load32_splat(x + at))
  const value = f32x4.extract_lane(s, 0)
  return operation == MEAN ? value / <f32>count : value
}

/** Columns side by side, each from the first row to the last. */
function down(job: ReduceJob, x: usize, out: usize, columns: i32): void {
  const bytes = <usize>columns << 2, pitch = <usize>job.inner << 2
  const operation = job.operation, count = job.count
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    let s = f32x4.splat(start(operation))
    for (let r = 0, from = x + at; r < count; r++, from += pitch) s = combine(operation, s, v128.load(from))
    v128.store(out + at, operation == MEAN ? f32x4.div(s, f32x4.splat(<f32>count)) : s)
  }
  for (; at < bytes; at += 4) {
    let s = f32x4.splat(start(operation))
    for (let r = 0, from = x + at; r < count; r++, from += pitch) s = combine(operation, s, v128.load32_splat(from))
    const value = f32x4.extract_lane(s, 0)
    store<f32>(out + at, operation == MEAN ? value / <f32>count : value)
  }
}
