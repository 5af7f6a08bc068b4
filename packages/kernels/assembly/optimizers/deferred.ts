import { fade, fadeNumber, MIN_DIVISOR, third } from './settings'

/**
 * Applies the deferred updates of a row of dense Adam up to `steps` steps of the pass; whether there were any. `table`
 * is that of `catchUpTable` in src/optimizers/denseadam.ts, `scales` has 1 over the second bias correction of each
 * step.
 */
export function catchUp(row: usize, state: usize, bytes: usize, steps: i32, table: usize, scales: usize): bool {
  const count = state + 2 * bytes, stood = <i32>load<f32>(count)
  if (stood == steps) return false
  // epsilon has the weight of the first missed step, which moves the row furthest
  const epsilon = third / sqrt(load<f32>(scales + (<usize>stood << 2)))
  const gone = table + (<usize>(steps - stood) << 5), later = load<f64>(table + (<usize>steps << 5))
  const far = <f32>(load<f64>(table + (<usize>stood << 5)) - load<f64>(gone, 8) * later)
  const first = <f32>load<f64>(gone, 16), second = <f32>load<f64>(gone, 24)
  const fars = f32x4.splat(far), firsts = f32x4.splat(first), seconds = f32x4.splat(second)
  const epsilons = f32x4.splat(epsilon), least = f32x4.splat(MIN_DIVISOR)
  const other = state + bytes
  let z: usize = 0
  if (bytes >= 16) do {
    const m = v128.load(state + z), v = v128.load(other + z)
    const divisor = f32x4.max(f32x4.add(f32x4.sqrt(v), epsilons), least)
    v128.store(row + z, f32x4.sub(v128.load(row + z), f32x4.div(f32x4.mul(fars, m), divisor)))
    v128.store(state + z, fade(f32x4.mul(m, firsts)))
    v128.store(other + z, fade(f32x4.mul(v, seconds)))
    z += 16
  } while (z + 16 <= bytes)
  for (; z < bytes; z += 4) {
    const m = load<f32>(state + z), v = load<f32>(other + z)
    store<f32>(row + z, load<f32>(row + z) - (far * m) / max(sqrt(v) + epsilon, MIN_DIVISOR))
    store<f32>(state + z, fadeNumber(m * first))
    store<f32>(other + z, fadeNumber(v * second))
  }
  store<f32>(count, <f32>steps)
  return true
}

/** Records how many steps of the pass a row of dense Adam has taken. */
// @ts-ignore: decorator
@inline
export function setSteps(state: usize, bytes: usize, steps: i32): void {
  store<f32>(state + 2 * bytes, <f32>steps)
}
