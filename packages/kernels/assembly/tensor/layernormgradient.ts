import { sum } from '../vector'
import { read, stride, write } from './lanes'

/** Gradients of `layerNorm` by x, and of each block of rows those by γ and β. */
@unmanaged
class LayerNormGradientJob {
  x: usize
  gamma: usize
  moments: usize
  dy: usize
  dx: usize
  /** [blocks, 2, width]: by γ, by β. */
  partials: usize
  rows: i32
  width: i32
  rowBlock: i32
}

export function layerNormGradient(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<LayerNormGradientJob>(address)
  const bytes = <usize>job.width << 2
  const byGamma = job.partials + <usize>task * 2 * bytes, byBeta = byGamma + bytes
  memory.fill(byGamma, 0, 2 * bytes)
  const end = min(job.rows, (task + 1) * job.rowBlock)
  for (let r = task * job.rowBlock; r < end; r++) {
    const x = job.x + <usize>r * bytes, dy = job.dy + <usize>r * bytes, dx = job.dx + <usize>r * bytes
    const moments = job.moments + (<usize>r << 3)
    const mean = f32x4.splat(load<f32>(moments)), inverse = f32x4.splat(load<f32>(moments, 4))
    let sums = f32x4.splat(0), products = sums
    let rest: f32 = 0, product: f32 = 0
    for (let at: usize = 0; at < bytes;) {
      const whole = at + 16 <= bytes
      const slope = read(dy + at, whole)
      const normal = f32x4.mul(f32x4.sub(read(x + at, whole), mean), inverse)
      const scaled = f32x4.mul(slope, read(job.gamma + at, whole))
      write(byGamma + at, f32x4.add(read(byGamma + at, whole), f32x4.mul(slope, normal)), whole)
      write(byBeta + at, f32x4.add(read(byBeta + at, whole), slope), whole)
      if (whole) {
        sums = f32x4.add(sums, scaled)
        products = f32x4.add(products, f32x4.mul(scaled, normal))
      } else {
        rest += f32x4.extract_lane(scaled, 0)
        product += f32x4.extract_lane(f32x4.mul(scaled, normal), 0)
      }
      at += stride(whole)
    }
    const width = <f32>job.width
    const average = f32x4.splat((sum(sums) + rest) / width), along = f32x4.splat((sum(products) + product) / width)
    for (let at: usize = 0; at < bytes;) {
      const whole = at + 16 <= bytes
      const normal = f32x4.mul(f32x4.sub(read(x + at, whole), mean), inverse)
      const scaled = f32x4.mul(read(dy + at, whole), read(job.gamma + at, whole))
      const centered = f32x4.sub(f32x4.sub(scaled, average), f32x4.mul(normal, along))
      write(dx + at, f32x4.mul(centered, inverse), whole)
      at += stride(whole)
    }
  }
}
