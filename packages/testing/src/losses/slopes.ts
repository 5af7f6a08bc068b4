import { type Labels, type Loss, tf } from '@recspec/core'
import type { Check } from '../check.js'
import { short } from '../compare.js'
import { noise } from '../noise.js'
import type { Params } from '../settings.js'
import type { LossSubject } from './kind.js'

const ITEMS = 40

/** The loss and its derivatives that the fused executor reads are those of `apply`. */
export const slopes: Check<LossSubject> = {
  name: 'slope',
  says: 'the slope is the loss and the gradient of apply',
  applies: ({ loss }) => loss.slope !== undefined,
  *run({ loss, settings }) {
    const seen = new Set<string>()
    for (const { params } of settings) {
      const label = `with ${JSON.stringify(params)}`
      if (seen.has(label)) continue
      seen.add(label)
      const { of, items, negatives } = loss.examples(params)
      // shared and corrected draws have labels of their own, which the objective's gradients cover
      if (of !== 'event' || (items !== 'own' && items !== 'sampled') || negatives?.shared || negatives?.correct)
        continue
      const width = items === 'own' ? 1 : 1 + (negatives?.count ?? 1) * (negatives?.hard ?? 1)
      const slope = loss.slope!(params, ITEMS)
      if (!slope || (negatives && negatives.hard > 1)) continue
      for (let seed = 0; seed < 6; seed++)
        for (const goal of width === 1 ? [1, 0.3, 0] : [1]) {
          const scores = noise([width], seed).map((score) => score * (seed + 0.5) * 0.6)
          const found = new Float64Array(width)
          const value =
            'kernel' in slope
              ? slope.kernel.reference(slope.kernel.parameters, scores, width, goal, found)
              : slope.list(scores, goal, found)
          const expected = termsAndGradient(loss, params, scores, width === 1 ? goal : undefined)
          const at = `for scores ${[...scores].map(short).join(', ')}${width === 1 ? ` and target ${goal}` : ''}`
          if (!close(value, expected.value)) {
            yield `"slope" gives the loss ${short(value)}, "apply" ${short(expected.value)}, ${at}, ${label}`
            break
          }
          const place = found.findIndex((one, lane) => !close(one, expected.gradient[lane]!))
          if (place < 0) continue
          yield `"slope" gives the derivative ${short(found[place])} by score ${place}, the gradient of "apply" is ${short(expected.gradient[place])}, ${at}, ${label}`
          break
        }
    }
  },
}

const close = (a: number, b: number) => Math.abs(a - b) <= 2e-3 * Math.max(1, Math.abs(a), Math.abs(b))

/** Σ terms of one example and their gradient. */
const termsAndGradient = (loss: Loss, params: Params, scores: Float32Array, target: number | undefined) =>
  tf.tidy(() => {
    const width = scores.length
    const label: Labels =
      target === undefined
        ? { positive: tf.tensor2d([Array.from(scores, (_, k) => (k === 0 ? 1 : 0))]), items: ITEMS }
        : { target: tf.tensor1d([target]), positive: tf.tensor1d([1]), items: ITEMS }
    const port = Object.keys(loss.inputs)[0]!
    const total = (x: tf.Tensor) =>
      tf.sum(
        loss.apply(
          params,
          { [port]: { tensor: tf.reshape(x, target === undefined ? [1, width] : [1]) } } as never,
          label,
        ),
      )
    const { value, grad } = tf.valueAndGrad(total)(tf.tensor1d(scores))
    return { value: value.dataSync()[0]!, gradient: grad.dataSync().slice() }
  })
