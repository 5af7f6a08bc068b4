import { MIN_DIVISOR, type Optimizer, type OptimizerReference } from './optimizer.js'

const rule: OptimizerReference = {
  slots: ([, , elementwise], width) => (elementwise ? width : 1),
  oneStepSize: ([, , elementwise]) => elementwise === 0,
  initial: ([, initial]) => initial,
  update([epsilon, , elementwise], { values, at, state, slot, width }, gradient, rate) {
    if (!elementwise) {
      let squares = 0
      for (let z = 0; z < width; z++) squares += gradient[z]! * gradient[z]!
      state[slot] = state[slot]! + squares / width
      const stepSize = rate / Math.max(Math.sqrt(state[slot]!) + epsilon, MIN_DIVISOR)
      for (let z = 0; z < width; z++) values[at + z] = values[at + z]! - stepSize * gradient[z]!
      return
    }
    for (let z = 0; z < width; z++) {
      const slope = gradient[z]!
      state[slot + z] = state[slot + z]! + slope * slope
      values[at + z] = values[at + z]! - (rate * slope) / Math.max(Math.sqrt(state[slot + z]!) + epsilon, MIN_DIVISOR)
    }
  },
}

/**
 * Adagrad (Duchi et al., JMLR 2011): row ← row − rate · g / (√s + ε) with s the sum of squared gradients. Row-wise: one
 * s per row, of the mean of g² over its width; `elementwise`: one per number.
 */
export const adagrad = (epsilon = 1e-8, initial = 0, elementwise = false): Optimizer => ({
  name: 'adagrad',
  parameters: [epsilon, initial, elementwise ? 1 : 0],
  rule,
  kernel: 'adagrad',
})
