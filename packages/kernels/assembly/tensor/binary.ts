/**
 * out = f(a, b) number by number with broadcasting: rows of `inner` numbers in three outer dimensions. Steps are in
 * numbers, 0 where an operand is repeated; `aInner` and `bInner` are 0 or 1.
 */
@unmanaged
class BinaryJob {
  a: usize
  b: usize
  out: usize
  operation: i32
  inner: i32
  aInner: i32
  bInner: i32
  second: i32
  third: i32
  aFirst: i32
  aSecond: i32
  aThird: i32
  bFirst: i32
  bSecond: i32
  bThird: i32
  /** Rows in all, and of a task; one row is cut into pieces of `piece` numbers. */
  rows: i32
  rowBlock: i32
  piece: i32
}

export const ADD: i32 = 0
export const SUBTRACT: i32 = 1
export const MULTIPLY: i32 = 2
export const DIVIDE: i32 = 3
export const MAXIMUM: i32 = 4
export const MINIMUM: i32 = 5
export const SQUARED_DIFFERENCE: i32 = 6
/** a where b is positive, 0 elsewhere: the gradient of relu. */
export const MASK: i32 = 7

export function binary(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<BinaryJob>(address)
  if (job.rows == 1) {
    const from = task * job.piece
    const at = <usize>from << 2
    const a = job.aInner ? job.a + at : job.a, b = job.bInner ? job.b + at : job.b
    row(job.operation, a, job.aInner, b, job.bInner, job.out + at, min(job.piece, job.inner - from))
    return
  }
  const end = min(job.rows, (task + 1) * job.rowBlock)
  for (let r = task * job.rowBlock; r < end; r++) {
    const third = r % job.third, rest = r / job.third
    const second = rest % job.second, first = rest / job.second
    const a = job.a + (<usize>(first * job.aFirst + second * job.aSecond + third * job.aThird) << 2)
    const b = job.b + (<usize>(first * job.bFirst + second * job.bSecond + third * job.bThird) << 2)
    const out = job.out + (<usize>r * <usize>job.inner << 2)
    row(job.operation, a, job.aInner, b, job.bInner, out, job.inner)
  }
}

function row(operation: i32, a: usize, aInner: i32, b: usize, bInner: i32, out: usize, count: i32): void {
  const bytes = <usize>count << 2
  let at: usize = 0
  if (aInner && bInner) {
    for (; at + 16 <= bytes; at += 16)
      v128.store(out + at, combine(operation, v128.load(a + at), v128.load(b + at)))
  } else if (aInner) {
    const y = v128.load32_splat(b)
    for (; at + 16 <= bytes; at += 16) v128.store(out + at, combine(operation, v128.load(a + at), y))
  } else if (bInner) {
    const x = v128.load32_splat(a)
    for (; at + 16 <= bytes; at += 16) v128.store(out + at, combine(operation, x, v128.load(b + at)))
  }
  for (; at < bytes; at += 4) {
    const x = v128.load32_splat(aInner ? a + at : a), y = v128.load32_splat(bInner ? b + at : b)
    store<f32>(out + at, f32x4.extract_lane(combine(operation, x, y), 0))
  }
}

// @ts-ignore: decorator
@inline
function combine(operation: i32, a: v128, b: v128): v128 {
  switch (operation) {
    case ADD: return f32x4.add(a, b)
    case SUBTRACT: return f32x4.sub(a, b)
    case MULTIPLY: return f32x4.mul(a, b)
    case DIVIDE: return f32x4.div(a, b)
    case MAXIMUM: return f32x4.max(a, b)
    case MINIMUM: return f32x4.min(a, b)
    case SQUARED_DIFFERENCE: {
      const gap = f32x4.sub(a, b)
      return f32x4.mul(gap, gap)
    }
    default: return v128.and(a, f32x4.gt(b, f32x4.splat(0)))
  }
}
