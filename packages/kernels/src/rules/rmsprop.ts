import type { Rule } from '../kernels.js'
import { type Follow, LEAST } from './follow.js'

/**
 * Row ← row − rate · g / (√v + ε) with v a running mean of g² (Tieleman and Hinton, 2012); with momentum the row follows
 * w ← momentum·w + g / (√v + ε). State of a row: v, then w.
 */
export const rmsprop = (decay = 0.9, epsilon = 1e-8, momentum = 0): Rule => ({
  name: 'rmsprop',
  parameters: [decay, epsilon, momentum],
})

/** The step of `rmsprop`. */
export const rmspropStep: Follow = {
  slots: ([, , momentum], width) => (momentum === 0 ? width : 2 * width),
  initial: () => 0,
  move([decay, epsilon, momentum], { values, at, state, slot, width }, gradient, rate) {
    for (let z = 0; z < width; z++) {
      const slope = gradient[z]!
      const v = slot + z
      state[v] = decay * state[v]! + (1 - decay) * slope * slope
      let along = slope / Math.max(Math.sqrt(state[v]!) + epsilon, LEAST)
      if (momentum !== 0) {
        along += momentum * state[v + width]!
        state[v + width] = along
      }
      values[at + z] = values[at + z]! - rate * along
    }
  },
}
