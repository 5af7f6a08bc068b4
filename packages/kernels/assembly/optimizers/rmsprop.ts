import { madd } from '../vector'
import { first, firstRest, MIN_DIVISOR, stepSize, second, third } from './settings'

/** One step of RMSProp (Tieleman and Hinton, 2012), with momentum, along the gradient slope · other + penalty · row. */
export function rmsprop(row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize): void {
  const decay = first, epsilon = second, momentum = third, rate = stepSize
  const rest = firstRest
  const slopes = f32x4.splat(slope), penalties = f32x4.splat(penalty), rates = f32x4.splat(rate)
  const decays = f32x4.splat(decay), rests = f32x4.splat(rest), momenta = f32x4.splat(momentum)
  const epsilons = f32x4.splat(epsilon), least = f32x4.splat(MIN_DIVISOR)
  const along = state + bytes
  let z: usize = 0
  if (bytes >= 16) do {
    const x = v128.load(row + z)
    const g = madd(slopes, v128.load(other + z), f32x4.mul(penalties, x))
    const v = madd(decays, v128.load(state + z), f32x4.mul(f32x4.mul(rests, g), g))
    v128.store(state + z, v)
    let w = f32x4.div(g, f32x4.max(f32x4.add(f32x4.sqrt(v), epsilons), least))
    if (momentum != 0) {
      w = madd(momenta, v128.load(along + z), w)
      v128.store(along + z, w)
    }
    v128.store(row + z, f32x4.sub(x, f32x4.mul(rates, w)))
    z += 16
  } while (z + 16 <= bytes)
  for (; z < bytes; z += 4) {
    const x = load<f32>(row + z)
    const g = slope * load<f32>(other + z) + penalty * x
    const v = decay * load<f32>(state + z) + rest * g * g
    store<f32>(state + z, v)
    let w = g / max(sqrt(v) + epsilon, MIN_DIVISOR)
    if (momentum != 0) {
      w = momentum * load<f32>(along + z) + w
      store<f32>(along + z, w)
    }
    store<f32>(row + z, x - rate * w)
  }
}
