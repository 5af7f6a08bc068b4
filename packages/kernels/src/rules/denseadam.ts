import type { Rule } from '../kernels.js'
import { adamStep } from './adam.js'
import { type Follow, LEAST } from './follow.js'

/**
 * Adam as if every step moved every row (Kingma and Ba, 2015): a row that steps do not read goes on by its moments. Mini-batches bring it
 * up when it is next read, by one sum over the steps it missed, which is exact where ε is nothing beside √v̂. Moments that have faded away
 * are 0. β₁² < β₂. State of a row: m, v, and how many steps of the pass it has taken.
 */
export const denseAdam = (beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8): Rule => ({
  name: 'denseAdam',
  parameters: [beta1, beta2, epsilon],
})

/** Moments nearer to 0 than this are 0. */
const FADED = 1e-37

const fade = (state: Float32Array, from: number, count: number): void => {
  for (let at = from; at < from + count; at++) if (Math.abs(state[at]!) < FADED) state[at] = 0
}

/** Steps of a pass that a row can count. */
export const MOST_STEPS = 2 ** 24

/**
 * What missed steps do to a row, four numbers for each count t = 0 … steps. First how far a row that has taken t steps goes on until the
 * pass ends, in units of m / √v; then (β₁ / √β₂)^t, β₁^t and β₂^t. From step a to step b that is far(a) − (β₁ / √β₂)^(b − a) · far(b).
 */
export const drifts = ({ parameters: [beta1, beta2] }: Rule, rates: Float64Array, before: number): Float64Array => {
  const steps = rates.length
  const table = new Float64Array(4 * (steps + 1))
  const ratio = beta1 / Math.sqrt(beta2)
  for (let t = 0, [a, b, c] = [1, 1, 1] as [number, number, number]; t <= steps; t++) {
    table.set([a, b, c], 4 * t + 1)
    a *= ratio
    b *= beta1
    c *= beta2
  }
  for (let t = steps - 1; t >= 0; t--) {
    const step = before + t + 1
    const pace = (rates[t]! * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step)
    table[4 * t] = ratio * (pace + table[4 * (t + 1)]!)
  }
  return table
}

/** The step of `denseAdam`. */
export const denseAdamStep: Follow = {
  ...adamStep,
  slots: (_, width) => 2 * width + 1,
  move(parameters, place, gradient, rate, step) {
    adamStep.move(parameters, place, gradient, rate, step)
    fade(place.state, place.slot, 2 * place.width)
  },
  missed: {
    bring([, beta2, epsilon], { values, at, state, slot, width }, table, before, taken) {
      const stood = state[slot + 2 * width]!
      const gone = 4 * (taken - stood)
      if (gone === 0) return
      const far = table[4 * stood]! - table[gone + 1]! * table[4 * taken]!
      // ε counts as in the first step that was missed, which moves the row furthest
      const least = epsilon * Math.sqrt(1 - beta2 ** (before + stood + 1))
      for (let z = 0; z < width; z++) {
        const m = slot + z
        const v = m + width
        values[at + z] = values[at + z]! - (far * state[m]!) / Math.max(Math.sqrt(state[v]!) + least, LEAST)
        state[m] = state[m]! * table[gone + 2]!
        state[v] = state[v]! * table[gone + 3]!
      }
      fade(state, slot, 2 * width)
      state[slot + 2 * width] = taken
    },
    setTaken({ state, slot, width }, taken) {
      state[slot + 2 * width] = taken
    },
  },
}
