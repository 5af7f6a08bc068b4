import { madd } from '../vector'
import {
  fade, fadeNumber, first, firstRest, MIN_DIVISOR, second, secondRest, stepSize, third, varianceScale,
} from './settings'

/** One step of Adam (Kingma and Ba, ICLR 2015) along the gradient slope · other + penalty · row; state: m, then v. */
export function adam(row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize): void {
  adamStep(row, other, slope, penalty, state, bytes, false)
}

/** The step of `adam`; `dense`: moments below 1e-37 become 0. */
// @ts-ignore: decorator
@inline
export function adamStep(
  row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize, dense: bool,
): void {
  const beta1 = first, beta2 = second, epsilon = third, rate = stepSize, factor = varianceScale
  const rest1 = firstRest, rest2 = secondRest
  const slopes = f32x4.splat(slope), penalties = f32x4.splat(penalty), rates = f32x4.splat(rate)
  const betas1 = f32x4.splat(beta1), betas2 = f32x4.splat(beta2)
  const rests1 = f32x4.splat(rest1), rests2 = f32x4.splat(rest2)
  const epsilons = f32x4.splat(epsilon), factors = f32x4.splat(factor), least = f32x4.splat(MIN_DIVISOR)
  const other2 = state + bytes
  let z: usize = 0
  if (bytes >= 16) do {
    const x = v128.load(row + z)
    const g = madd(slopes, v128.load(other + z), f32x4.mul(penalties, x))
    const m = madd(betas1, v128.load(state + z), f32x4.mul(rests1, g))
    const v = madd(betas2, v128.load(other2 + z), f32x4.mul(f32x4.mul(rests2, g), g))
    v128.store(state + z, dense ? fade(m) : m)
    v128.store(other2 + z, dense ? fade(v) : v)
    const divisor = f32x4.max(f32x4.add(f32x4.sqrt(f32x4.mul(v, factors)), epsilons), least)
    v128.store(row + z, f32x4.sub(x, f32x4.div(f32x4.mul(rates, m), divisor)))
    z += 16
  } while (z + 16 <= bytes)
  for (; z < bytes; z += 4) {
    const x = load<f32>(row + z)
    const g = slope * load<f32>(other + z) + penalty * x
    const m = beta1 * load<f32>(state + z) + rest1 * g
    const v = beta2 * load<f32>(other2 + z) + rest2 * g * g
    store<f32>(state + z, dense ? fadeNumber(m) : m)
    store<f32>(other2 + z, dense ? fadeNumber(v) : v)
    store<f32>(row + z, x - (rate * m) / max(sqrt(v * factor) + epsilon, MIN_DIVISOR))
  }
}
