import { exp, log, sigmoid, softplus, tanh } from './math'

/** out = f(x) number by number; `first` and `second` are parameters of f. */
@unmanaged
class UnaryJob {
  x: usize
  out: usize
  count: i32
  operation: i32
  first: f32
  second: f32
}

/** Numbers of a task. */
export const UNARY_BLOCK: i32 = 8192

export const NEGATE: i32 = 0
export const ABSOLUTE: i32 = 1
export const SQUARE: i32 = 2
export const SQUARE_ROOT: i32 = 3
export const RECIPROCAL: i32 = 4
export const RECIPROCAL_ROOT: i32 = 5
export const EXPONENTIAL: i32 = 6
export const LOGARITHM: i32 = 7
export const SIGMOID: i32 = 8
export const TANH: i32 = 9
export const RELU: i32 = 10
export const STEP: i32 = 11
export const SOFTPLUS: i32 = 12
export const CLIP: i32 = 13
export const LEAKY_RELU: i32 = 14
export const ELU: i32 = 15
export const FILL: i32 = 16
export const FLOOR: i32 = 17
export const CEILING: i32 = 18
export const AFFINE: i32 = 19

/** Blocks end at whole vectors: tensors are padded to 64 bytes. */
export function unary(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<UnaryJob>(address)
  const from = <usize>(task * UNARY_BLOCK) << 2
  const end = <usize>min(job.count, (task + 1) * UNARY_BLOCK) << 2
  const x = job.x, out = job.out, operation = job.operation
  const first = f32x4.splat(job.first), second = f32x4.splat(job.second)
  for (let at = from; at < end; at += 16) v128.store(out + at, apply(operation, v128.load(x + at), first, second))
}

// @ts-ignore: decorator
@inline
function apply(operation: i32, x: v128, first: v128, second: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1)
  switch (operation) {
    case NEGATE: return f32x4.neg(x)
    case ABSOLUTE: return f32x4.abs(x)
    case SQUARE: return f32x4.mul(x, x)
    case SQUARE_ROOT: return f32x4.sqrt(x)
    case RECIPROCAL: return f32x4.div(one, x)
    case RECIPROCAL_ROOT: return f32x4.div(one, f32x4.sqrt(x))
    case EXPONENTIAL: return exp(x)
    case LOGARITHM: return log(x)
    case SIGMOID: return sigmoid(x)
    case TANH: return tanh(x)
    case RELU: return f32x4.max(x, zero)
    case STEP: return v128.bitselect(one, v128.bitselect(x, first, f32x4.ne(x, x)), f32x4.gt(x, zero))
    case SOFTPLUS: return softplus(x)
    case CLIP: return f32x4.min(f32x4.max(x, first), second)
    case LEAKY_RELU: return v128.bitselect(f32x4.mul(x, first), x, f32x4.lt(x, zero))
    case ELU: return v128.bitselect(f32x4.sub(exp(x), one), x, f32x4.lt(x, zero))
    case FILL: return first
    case FLOOR: return f32x4.floor(x)
    case CEILING: return f32x4.ceil(x)
    default: return f32x4.add(f32x4.mul(x, first), second)
  }
}
