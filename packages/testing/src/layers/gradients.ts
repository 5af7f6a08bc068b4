import { tf } from '@recspec/core'
import type { Check } from '../check.js'
import { short } from '../compare.js'
import { gradientGap } from '../gradient.js'
import type { PreparedLayer } from './case.js'
import { applyTo, layerNumbers, tensorsOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** Gradients of `apply` by its inputs and weights against central differences, in training and when serving. */
export const gradients: Check<LayerSubject> = {
  name: 'gradients',
  says: 'gradients of apply agree with differences',
  backends: 'each',
  *run({ layer, cases }) {
    for (const [place, prepared] of cases.entries())
      for (const training of [true, false]) {
        const numbers = layerNumbers(prepared, 6, 4)
        const tensors = tensorsOf(prepared, numbers)
        const f = (...given: tf.Tensor[]) => applyTo(layer, prepared, given, numbers, { training }).tensor
        // computed inputs: gradients must pass through tensors that are not leaves
        const inner = (...given: tf.Tensor[]) => f(...given.map((value) => tf.add(tf.mul(value, 1.25), 0.1)))
        const gap = gradientGap(place === 0 ? inner : f, tensors)
        tf.dispose(tensors)
        if (!gap) continue
        const { gradient, difference } = gap
        yield `the gradient by ${nameOf(prepared, gap.input)} is ${short(gradient)} at place ${gap.place}, differences give ${short(difference)}, ${training ? 'in training' : 'when serving'}, ${prepared.label}`
      }
  },
}

const nameOf = ({ nodes, weights }: PreparedLayer, input: number): string =>
  input < nodes.length ? `"${nodes[input]!.port}"` : `weight "${Object.keys(weights)[input - nodes.length]}"`
