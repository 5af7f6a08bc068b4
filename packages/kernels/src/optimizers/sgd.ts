import type { Optimizer, OptimizerReference } from './optimizer.js'

const rule: OptimizerReference = {
  slots: ([momentum], width) => (momentum === 0 ? 0 : width),
  oneStepSize: ([momentum]) => momentum === 0,
  initial: () => 0,
  update([momentum], { values, at, state, slot, width }, gradient, rate) {
    for (let z = 0; z < width; z++) {
      let slope = gradient[z]!
      if (momentum !== 0) {
        slope += momentum * state[slot + z]!
        state[slot + z] = slope
      }
      values[at + z] = values[at + z]! - rate * slope
    }
  },
}

/**
 * Stochastic gradient descent; with momentum (Polyak, 1964) v ← momentum·v + g and row ← row − rate · v, one v per
 * number.
 */
export const sgd = (momentum = 0): Optimizer => ({ name: 'sgd', parameters: [momentum, 0, 0], rule, kernel: 'sgd' })
