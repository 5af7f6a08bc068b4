import { tf } from '@recspec/core'
import type { Check } from '../check.js'
import { short } from '../compare.js'
import { type PreparedLayer, prepareLayer } from './case.js'
import { applyTo, type LayerNumbers, layerNumbers, tensorsOf } from './run.js'
import type { LayerSubject } from './subject.js'

const LENGTH = 5
const ROWS = 4

/** Each step has the value of the sequence that ends there, as `causal` claims. */
export const causal: Check<LayerSubject> = {
  name: 'causal',
  says: 'with the parameters of causal, each step has the value of the sequence that ends there',
  applies: ({ layer }) => layer.causal !== undefined,
  *run({ layer, cases }) {
    for (const prepared of cases) {
      if (!prepared.nodes.every(({ shape }) => shape.length === 2 && typeof shape[0] === 'string')) continue
      const stepwise = claimed(layer, prepared)
      if (!stepwise) continue
      const sentence = tf.tidy(() => stepFault(layer, prepared, stepwise))
      if (sentence) yield `${sentence}, ${prepared.label}`
    }
  },
}

/** The parameters of `causal`; undefined where it has none or refuses with a sentence. */
const claimed = (layer: LayerSubject['layer'], { params }: PreparedLayer) => {
  try {
    return layer.causal!(params)
  } catch {
    return undefined
  }
}

const stepFault = (
  layer: LayerSubject['layer'],
  prepared: PreparedLayer,
  stepwise: PreparedLayer['params'],
): string | undefined => {
  const each = prepareLayer(layer, stepwise, prepared.nodes)
  if (each.output.length !== 2)
    return `"causal" gives parameters whose shape is [${each.output.join(', ')}], no sequence`
  const numbers = layerNumbers(prepared, 1, ROWS, LENGTH)
  const tensors = tensorsOf(prepared, numbers)
  const serving = { training: false }
  const whole = applyTo(layer, each, tensors, numbers, serving).tensor
  const found = whole.dataSync()
  const width = whole.shape[2]!
  const reduces = prepared.output.length === 1
  const mask = numbers.masks[0]!
  for (let end = 1; end <= LENGTH; end++) {
    const cut: LayerNumbers = {
      ...numbers,
      length: end,
      inputs: [],
      masks: numbers.masks.map((one) => one?.filter((_, k) => k % LENGTH < end)),
    }
    const shortened = tensors.map((tensor, place) =>
      place < prepared.nodes.length ? tf.slice(tensor, [0, 0, 0], [ROWS, end, tensor.shape[2]!]) : tensor,
    )
    const { tensor } = applyTo(layer, prepared, shortened, cut, serving)
    const expected = (reduces ? tensor : tf.slice(tensor, [0, end - 1, 0], [ROWS, 1, width])).dataSync()
    for (let row = 0; row < ROWS; row++) {
      const empty = mask[row * LENGTH] === 0
      // of an empty sequence the first step has the value
      const read = mask[row * LENGTH + end - 1] === 1 || (reduces && empty && end === 1)
      for (let lane = 0; read && lane < width; lane++) {
        const [step, own] = [found[(row * LENGTH + end - 1) * width + lane]!, expected[row * width + lane]!]
        if (!(Math.abs(step - own) <= 1e-3 * Math.max(1, Math.abs(own))))
          return `step ${end} of ${LENGTH} has ${short(step)}, the sequence that ends there ${short(own)}`
      }
    }
  }
  return undefined
}
