import { MIN_DIVISOR, type Optimizer, type OptimizerReference } from './optimizer.js'

/** The reference of Adam. */
export const adamRule: OptimizerReference = {
  slots: (_, width) => 2 * width,
  initial: () => 0,
  betaPowers: ([beta1, beta2], step) => [beta1 ** step, beta2 ** step],
  update([beta1, beta2, epsilon], { values, at, state, slot, width }, gradient, rate, step) {
    const stepSize = rate / (1 - beta1 ** step)
    const scale = 1 / (1 - beta2 ** step)
    for (let z = 0; z < width; z++) {
      const slope = gradient[z]!
      const m = slot + z
      const v = m + width
      state[m] = beta1 * state[m]! + (1 - beta1) * slope
      state[v] = beta2 * state[v]! + (1 - beta2) * slope * slope
      const divisor = Math.max(Math.sqrt(state[v]! * scale) + epsilon, MIN_DIVISOR)
      values[at + z] = values[at + z]! - (stepSize * state[m]!) / divisor
    }
  },
}

/**
 * Adam (Kingma and Ba, ICLR 2015): row ← row − rate · m̂ / (√v̂ + ε). Lazy: an unread row keeps its value and moments;
 * bias correction follows the global step. State of a row: m, then v.
 */
export const adam = (beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8): Optimizer => ({
  name: 'adam',
  parameters: [beta1, beta2, epsilon],
  rule: adamRule,
  kernel: 'adam',
})
