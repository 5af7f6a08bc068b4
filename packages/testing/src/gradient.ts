import { tf } from '@recspec/core'
import { noiseTensor, whole } from './noise.js'

const weighted = (values: ArrayLike<number>, by: ArrayLike<number>): number => {
  let sum = 0
  for (let place = 0; place < values.length; place++) sum += values[place]! * by[place]!
  return sum
}

/** Of several step widths each number takes the best: a float has too few digits for one to suit all. */
const STEPS = [1e-2, 3e-2, 3e-3, 1e-3, 3e-4]
/** Numbers that are checked, of all inputs together. */
const MOST_NUMBERS = 48
/** A gradient may differ from the differences by this share of the largest one. */
const TOLERANCE = 5e-2

/** A gradient that disagrees: of which input, at which of its numbers, and both values. */
export interface GradientGap {
  readonly input: number
  readonly place: number
  readonly gradient: number
  readonly difference: number
}

/** The places of an input that are checked: all of few, else some of them. */
const placesOf = (size: number, most: number, seed: number): readonly number[] =>
  size <= most
    ? Array.from({ length: size }, (_, place) => place)
    : [...new Set(Array.from({ length: most }, (_, draw) => whole(0, size - 1, seed, draw)))]

/**
 * Where the gradients of Σ r ∘ f(inputs) disagree with central differences by more than they may; undefined where
 * they agree. r is noise, sums are taken in doubles. `f` must be the same for the same inputs.
 */
export const gradientGap = (
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
): GradientGap | undefined =>
  tf.tidy(() => {
    const by = noiseTensor(f(...inputs).shape, 99)
    const weights = by.dataSync()
    // an input that is not read (a running mean in training) has no path to the result, which tfjs refuses
    const connected = (given: readonly tf.Tensor[]) => tf.mul(tf.addN(given.map((input) => tf.sum(input))), 0)
    const found = tf.grads((...given) => tf.add(tf.sum(tf.mul(f(...given), by)), connected(given)))([...inputs])
    const value = (input: number, values: Float32Array) =>
      tf.tidy(() =>
        weighted(f(...inputs.map((one, k) => (k === input ? tf.tensor(values, one.shape) : one))).dataSync(), weights),
      )
    const most = Math.max(1, Math.floor(MOST_NUMBERS / inputs.length))
    for (const [input, tensor] of inputs.entries()) {
      const values = tensor.dataSync() as Float32Array
      const difference = (place: number, step: number) => {
        const up = Float32Array.from(values)
        const down = Float32Array.from(values)
        up[place]! += step
        down[place]! -= step
        return (value(input, up) - value(input, down)) / (up[place]! - down[place]!)
      }
      const gradients = found[input]!.dataSync()
      const scale = Math.max(1e-2, ...gradients.map(Math.abs))
      for (const place of placesOf(values.length, most, input)) {
        let best = Number.NaN
        for (const step of STEPS) {
          const one = difference(place, step)
          if (!(Math.abs(one - gradients[place]!) >= Math.abs(best - gradients[place]!))) best = one
          if (Math.abs(best - gradients[place]!) <= TOLERANCE * scale) break
        }
        if (!(Math.abs(best - gradients[place]!) <= TOLERANCE * scale))
          return { input, place, gradient: gradients[place]!, difference: best }
      }
    }
    return undefined
  })
