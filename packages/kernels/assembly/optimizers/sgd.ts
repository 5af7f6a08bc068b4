import { madd } from '../vector'
import { first, stepSize } from './settings'

/**
 * One step of stochastic gradient descent, with momentum (Polyak, 1964), along the gradient slope · other + penalty ·
 * row.
 */
export function sgd(row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize): void {
  const rate = stepSize, momentum = first
  const slopes = f32x4.splat(slope), penalties = f32x4.splat(penalty), rates = f32x4.splat(rate)
  let z: usize = 0
  if (momentum == 0) {
    if (bytes >= 16) do {
      const x = v128.load(row + z)
      const g = madd(slopes, v128.load(other + z), f32x4.mul(penalties, x))
      v128.store(row + z, f32x4.sub(x, f32x4.mul(rates, g)))
      z += 16
    } while (z + 16 <= bytes)
    for (; z < bytes; z += 4) {
      const x = load<f32>(row + z)
      store<f32>(row + z, x - rate * (slope * load<f32>(other + z) + penalty * x))
    }
    return
  }
  const momenta = f32x4.splat(momentum)
  if (bytes >= 16) do {
    const x = v128.load(row + z)
    const g = madd(slopes, v128.load(other + z), f32x4.mul(penalties, x))
    const v = madd(momenta, v128.load(state + z), g)
    v128.store(state + z, v)
    v128.store(row + z, f32x4.sub(x, f32x4.mul(rates, v)))
    z += 16
  } while (z + 16 <= bytes)
  for (; z < bytes; z += 4) {
    const x = load<f32>(row + z)
    const v = momentum * load<f32>(state + z) + (slope * load<f32>(other + z) + penalty * x)
    store<f32>(state + z, v)
    store<f32>(row + z, x - rate * v)
  }
}
