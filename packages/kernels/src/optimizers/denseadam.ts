import { adamRule } from './adam.js'
import { MIN_DIVISOR, type Optimizer, type OptimizerParameters, type OptimizerReference } from './optimizer.js'

/** Moments nearer to 0 than this become 0. */
const FADED = 1e-37

const fade = (state: Float32Array, from: number, count: number): void => {
  for (let at = from; at < from + count; at++) if (Math.abs(state[at]!) < FADED) state[at] = 0
}

/** Steps of a pass that the state of a row can count: whole numbers that float32 holds. */
export const MAX_STEPS = 2 ** 24

/**
 * What missed steps do to a row, four numbers for each count t = 0 … steps. The first is how far a row that has taken t
 * steps still moves until the pass ends, in units of m / √v; then (β₁ / √β₂)^t, β₁^t and β₂^t. From step a to step b a
 * row moves by far(a) − (β₁ / √β₂)^(b − a) · far(b).
 */
const table = ([beta1, beta2]: OptimizerParameters, rates: Float64Array, before: number): Float64Array => {
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
    const stepSize = (rates[t]! * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step)
    table[4 * t] = ratio * (stepSize + table[4 * (t + 1)]!)
  }
  return table
}

/** The reference of dense Adam. */
const rule: OptimizerReference = {
  ...adamRule,
  slots: (_, width) => 2 * width + 1,
  update(parameters, row, gradient, rate, step) {
    adamRule.update(parameters, row, gradient, rate, step)
    fade(row.state, row.slot, 2 * row.width)
  },
  deferred: {
    table,
    catchUp([, beta2, epsilon], { values, at, state, slot, width }, table, before, steps) {
      const stood = state[slot + 2 * width]!
      const gone = 4 * (steps - stood)
      if (gone === 0) return
      const far = table[4 * stood]! - table[gone + 1]! * table[4 * steps]!
      // epsilon has the weight of the first missed step, which moves the row furthest
      const scaled = epsilon * Math.sqrt(1 - beta2 ** (before + stood + 1))
      for (let z = 0; z < width; z++) {
        const m = slot + z
        const v = m + width
        values[at + z] = values[at + z]! - (far * state[m]!) / Math.max(Math.sqrt(state[v]!) + scaled, MIN_DIVISOR)
        state[m] = state[m]! * table[gone + 2]!
        state[v] = state[v]! * table[gone + 3]!
      }
      fade(state, slot, 2 * width)
      state[slot + 2 * width] = steps
    },
    setSteps({ state, slot, width }, steps) {
      state[slot + 2 * width] = steps
    },
  },
}

/**
 * Adam whose every step moves every row (Kingma and Ba, ICLR 2015). In mini-batches the updates of unread rows are
 * deferred and applied as one sum when the row is read next, which is exact where ε is small beside √v̂. Moments below
 * 1e-37 become 0. Needs β₁² < β₂. State of a row: m, v, and the steps of the pass that it has taken.
 */
export const denseAdam = (beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8): Optimizer => ({
  name: 'denseAdam',
  parameters: [beta1, beta2, epsilon],
  rule,
  kernel: 'denseAdam',
})
