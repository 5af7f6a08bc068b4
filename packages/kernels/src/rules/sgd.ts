import type { Rule } from '../kernels.js'
import type { Follow } from './follow.js'

/** Plain descent; with momentum v ← momentum·v + g and the row follows v, one number of state per element. */
export const sgd = (momentum = 0): Rule => ({ name: 'sgd', parameters: [momentum, 0, 0] })

/** The step of `sgd`. */
export const sgdStep: Follow = {
  slots: ([momentum], width) => (momentum === 0 ? 0 : width),
  wholeRow: ([momentum]) => momentum === 0,
  initial: () => 0,
  move([momentum], { values, at, state, slot, width }, gradient, rate) {
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
