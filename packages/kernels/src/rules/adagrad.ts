import type { Rule } from '../kernels.js'
import { type Follow, LEAST } from './follow.js'

/**
 * Row ← row − rate · g / (√s + ε) with s the sum of squared gradients (Duchi et al., 2011): one sum per row, of the mean of g²
 * over its width, or one per element.
 */
export const adagrad = (epsilon = 1e-8, initial = 0, elementwise = false): Rule => ({
  name: 'adagrad',
  parameters: [epsilon, initial, elementwise ? 1 : 0],
})

/** The step of `adagrad`. */
export const adagradStep: Follow = {
  slots: ([, , elementwise], width) => (elementwise ? width : 1),
  wholeRow: ([, , elementwise]) => elementwise === 0,
  initial: ([, initial]) => initial,
  move([epsilon, , elementwise], { values, at, state, slot, width }, gradient, rate) {
    if (!elementwise) {
      let squares = 0
      for (let z = 0; z < width; z++) squares += gradient[z]! * gradient[z]!
      state[slot] = state[slot]! + squares / width
      const pace = rate / Math.max(Math.sqrt(state[slot]!) + epsilon, LEAST)
      for (let z = 0; z < width; z++) values[at + z] = values[at + z]! - pace * gradient[z]!
      return
    }
    for (let z = 0; z < width; z++) {
      const slope = gradient[z]!
      state[slot + z] = state[slot + z]! + slope * slope
      values[at + z] = values[at + z]! - (rate * slope) / Math.max(Math.sqrt(state[slot + z]!) + epsilon, LEAST)
    }
  },
}
