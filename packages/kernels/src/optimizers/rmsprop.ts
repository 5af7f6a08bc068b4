import { MIN_DIVISOR, type Optimizer, type OptimizerReference } from './optimizer.js'

const rule: OptimizerReference = {
  slots: ([, , momentum], width) => (momentum === 0 ? width : 2 * width),
  initial: () => 0,
  update([decay, epsilon, momentum], { values, at, state, slot, width }, gradient, rate) {
    for (let z = 0; z < width; z++) {
      const slope = gradient[z]!
      const v = slot + z
      state[v] = decay * state[v]! + (1 - decay) * slope * slope
      let along = slope / Math.max(Math.sqrt(state[v]!) + epsilon, MIN_DIVISOR)
      if (momentum !== 0) {
        along += momentum * state[v + width]!
        state[v + width] = along
      }
      values[at + z] = values[at + z]! - rate * along
    }
  },
}

/**
 * RMSProp (Tieleman and Hinton, 2012): row ← row − rate · g / (√v + ε) with v a running mean of g²; with momentum w ←
 * momentum·w + g / (√v + ε) and row ← row − rate · w. State of a row: v, then w.
 */
export const rmsprop = (decay = 0.9, epsilon = 1e-8, momentum = 0): Optimizer => ({
  name: 'rmsprop',
  parameters: [decay, epsilon, momentum],
  rule,
  kernel: 'rmsprop',
})
