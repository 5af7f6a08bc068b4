import type { Rows, Rule } from './kernels.js'
import { slots, steps } from './rules/index.js'

/** Row rows[k] of `target` takes one optimizer step along gradient k. */
export const update = (
  rule: Rule,
  target: Rows,
  rows: Int32Array,
  gradients: Float32Array,
  rate: number,
  step: number,
): void => {
  const { values, state, width } = target
  const size = slots(rule, width)
  const gradient = new Float64Array(width)
  const { move } = steps[rule.name]
  for (let k = 0; k < rows.length; k++) {
    gradient.set(gradients.subarray(k * width, (k + 1) * width))
    move(rule.parameters, { values, at: rows[k]! * width, state, slot: rows[k]! * size, width }, gradient, rate, step)
  }
}
