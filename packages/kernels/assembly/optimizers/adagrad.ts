import { madd, sum } from '../vector'
import { first, MIN_DIVISOR, stepSize, third } from './settings'

/**
 * One step of Adagrad (Duchi et al., 2011), by rows or by elements, along the gradient slope · other + penalty · row.
 */
export function adagrad(row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize): void {
  if (third != 0) elementwise(row, other, slope, penalty, state, bytes)
  else rowwise(row, other, slope, penalty, state, bytes)
}

// @ts-ignore: decorator
@inline
function rowwise(row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize): void {
  const slopes = f32x4.splat(slope), penalties = f32x4.splat(penalty)
  let a = f32x4.splat(0), b = a
  let z: usize = 0
  if (bytes >= 32) do {
    const g = madd(slopes, v128.load(other + z), f32x4.mul(penalties, v128.load(row + z)))
    const h = madd(slopes, v128.load(other + z, 16), f32x4.mul(penalties, v128.load(row + z, 16)))
    a = madd(g, g, a)
    b = madd(h, h, b)
    z += 32
  } while (z + 32 <= bytes)
  for (; z + 16 <= bytes; z += 16) {
    const g = madd(slopes, v128.load(other + z), f32x4.mul(penalties, v128.load(row + z)))
    a = madd(g, g, a)
  }
  let squares = sum(f32x4.add(a, b))
  for (; z < bytes; z += 4) {
    const g = slope * load<f32>(other + z) + penalty * load<f32>(row + z)
    squares += g * g
  }
  const total = load<f32>(state) + squares / <f32>(bytes >> 2)
  store<f32>(state, total)
  const step = stepSize / max(sqrt(total) + first, MIN_DIVISOR), steps = f32x4.splat(step)
  z = 0
  if (bytes >= 16) do {
    const x = v128.load(row + z)
    const g = madd(slopes, v128.load(other + z), f32x4.mul(penalties, x))
    v128.store(row + z, f32x4.sub(x, f32x4.mul(steps, g)))
    z += 16
  } while (z + 16 <= bytes)
  for (; z < bytes; z += 4) {
    const x = load<f32>(row + z)
    store<f32>(row + z, x - step * (slope * load<f32>(other + z) + penalty * x))
  }
}

// @ts-ignore: decorator
@inline
function elementwise(row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize): void {
  const rate = stepSize, epsilon = first
  const slopes = f32x4.splat(slope), penalties = f32x4.splat(penalty), rates = f32x4.splat(rate)
  const epsilons = f32x4.splat(epsilon), least = f32x4.splat(MIN_DIVISOR)
  let z: usize = 0
  if (bytes >= 16) do {
    const x = v128.load(row + z)
    const g = madd(slopes, v128.load(other + z), f32x4.mul(penalties, x))
    const total = madd(g, g, v128.load(state + z))
    v128.store(state + z, total)
    const divisor = f32x4.max(f32x4.add(f32x4.sqrt(total), epsilons), least)
    v128.store(row + z, f32x4.sub(x, f32x4.div(f32x4.mul(rates, g), divisor)))
    z += 16
  } while (z + 16 <= bytes)
  for (; z < bytes; z += 4) {
    const x = load<f32>(row + z)
    const g = slope * load<f32>(other + z) + penalty * x
    const total = load<f32>(state + z) + g * g
    store<f32>(state + z, total)
    store<f32>(row + z, x - (rate * g) / max(sqrt(total) + epsilon, MIN_DIVISOR))
  }
}
