import { LEAST, fade, fadeNumber, third } from './settings'

/**
 * Brings a row of dense Adam to where it is once `taken` steps of the pass are over; whether it was not there. `table` is that of
 * src/rules/denseadam.ts, `scales` has the second correction of each step.
 */
export function bring(row: usize, state: usize, bytes: usize, taken: i32, table: usize, scales: usize): bool {
  const count = state + 2 * bytes, stood = <i32>load<f32>(count)
  if (stood == taken) return false
  // ε counts as in the first step that was missed, which moves the row furthest
  const least = third / sqrt(load<f32>(scales + (<usize>stood << 2)))
  const gone = table + (<usize>(taken - stood) << 5)
  const far = <f32>(load<f64>(table + (<usize>stood << 5)) - load<f64>(gone, 8) * load<f64>(table + (<usize>taken << 5)))
  const first = <f32>load<f64>(gone, 16), second = <f32>load<f64>(gone, 24)
  const fars = f32x4.splat(far), firsts = f32x4.splat(first), seconds = f32x4.splat(second)
  const leasts = f32x4.splat(least), smallest = f32x4.splat(LEAST)
  const other = state + bytes
  let z: usize = 0
  if (bytes >= 16) do {
    const m = v128.load(state + z), v = v128.load(other + z)
    const divisor = f32x4.max(f32x4.add(f32x4.sqrt(v), leasts), smallest)
    v128.store(row + z, f32x4.sub(v128.load(row + z), f32x4.div(f32x4.mul(fars, m), divisor)))
    v128.store(state + z, fade(f32x4.mul(m, firsts)))
    v128.store(other + z, fade(f32x4.mul(v, seconds)))
    z += 16
  } while (z + 16 <= bytes)
  for (; z < bytes; z += 4) {
    const m = load<f32>(state + z), v = load<f32>(other + z)
    store<f32>(row + z, load<f32>(row + z) - (far * m) / max(sqrt(v) + least, LEAST))
    store<f32>(state + z, fadeNumber(m * first))
    store<f32>(other + z, fadeNumber(v * second))
  }
  store<f32>(count, <f32>taken)
  return true
}

/** Says how many steps of the pass a row of dense Adam has taken. */
// @ts-ignore: decorator
@inline
export function setTaken(state: usize, bytes: usize, taken: i32): void {
  store<f32>(state + 2 * bytes, <f32>taken)
}
