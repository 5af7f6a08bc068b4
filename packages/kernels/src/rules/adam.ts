import type { Rule } from '../kernels.js'
import { type Follow, LEAST } from './follow.js'

/**
 * Row ← row − rate · m̂ / (√v̂ + ε) (Kingma and Ba, 2015). Lazy: a row that is not touched keeps its moments; the bias
 * correction follows the global step. State of a row: m, then v.
 */
export const adam = (beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8): Rule => ({
  name: 'adam',
  parameters: [beta1, beta2, epsilon],
})

/** The step of `adam`. */
export const adamStep: Follow = {
  slots: (_, width) => 2 * width,
  initial: () => 0,
  powers: ([beta1, beta2], step) => [beta1 ** step, beta2 ** step],
  move([beta1, beta2, epsilon], { values, at, state, slot, width }, gradient, rate, step) {
    const pace = rate / (1 - beta1 ** step)
    const scale = 1 / (1 - beta2 ** step)
    for (let z = 0; z < width; z++) {
      const slope = gradient[z]!
      const m = slot + z
      const v = m + width
      state[m] = beta1 * state[m]! + (1 - beta1) * slope
      state[v] = beta2 * state[v]! + (1 - beta2) * slope * slope
      values[at + z] = values[at + z]! - (pace * state[m]!) / Math.max(Math.sqrt(state[v]! * scale) + epsilon, LEAST)
    }
  },
}
