import { type OptimizedTable, type Optimizer, slots } from './optimizers/optimizer.js'

/** Row rows[k] of `target` takes one optimizer step along gradient k. */
export const update = (
  optimizer: Optimizer,
  { values, state, width }: OptimizedTable,
  rows: Int32Array,
  gradients: Float32Array,
  rate: number,
  step: number,
): void => {
  const { rule, parameters } = optimizer
  const size = slots(optimizer, width)
  const gradient = new Float64Array(width)
  for (let k = 0; k < rows.length; k++) {
    gradient.set(gradients.subarray(k * width, (k + 1) * width))
    rule.update(parameters, { values, at: rows[k]! * width, state, slot: rows[k]! * size, width }, gradient, rate, step)
  }
}
