/** out = x / (1 − rate) where uniform(key, first + k) of src/random.ts is at least the rate, 0 elsewhere. */
@unmanaged
class DropoutJob {
  x: usize
  out: usize
  count: i32
  key: u32
  first: u32
  rate: f32
  /** 1 / (1 − rate) */
  factor: f32
}

/** Numbers of a task. */
export const DROPOUT_BLOCK: i32 = 8192

/** Blocks end at whole vectors: tensors are padded to 64 bytes. */
export function dropout(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<DropoutJob>(address)
  const x = job.x, out = job.out
  const from = task * DROPOUT_BLOCK, end = min(job.count, from + DROPOUT_BLOCK)
  const key = i32x4.splat(job.key), rate = f32x4.splat(job.rate), factor = f32x4.splat(job.factor)
  let draws = i32x4.add(i32x4.splat(job.first + from), i32x4(0, 1, 2, 3))
  for (let k = from; k < end; k += 4) {
    const at = <usize>k << 2
    const drawn = f32x4.mul(f32x4.convert_i32x4_u(mixed(key, draws)), f32x4.splat(2.3283064365386963e-10))
    v128.store(out + at, f32x4.mul(v128.load(x + at), v128.and(factor, f32x4.ge(drawn, rate))))
    draws = i32x4.add(draws, i32x4.splat(4))
  }
}

/** Four hashes with the bits of `mix`. */
// @ts-ignore: decorator
@inline
function mixed(key: v128, draws: v128): v128 {
  let hash = i32x4.add(v128.xor(key, draws), i32x4.splat(0x9e3779b9))
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 16)), i32x4.splat(0x85ebca6b))
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 13)), i32x4.splat(0xc2b2ae35))
  return v128.xor(hash, i32x4.shr_u(hash, 16))
}
