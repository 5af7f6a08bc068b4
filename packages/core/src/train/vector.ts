/** The squared norm of values[from … from + count − 1]. */
export const squaredNorm = (values: Float32Array, from: number, count: number): number => {
  let sum = 0
  for (let k = from; k < from + count; k++) sum += values[k]! * values[k]!
  return sum
}

/** Multiplies values[from … from + count − 1] in place. */
export const scaleInPlace = (values: Float32Array, by: number, from: number, count: number): void => {
  for (let k = from; k < from + count; k++) values[k]! *= by
}
