import { key, normal } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'

/** Standard normal numbers that depend on a seed only. */
export const noise = (shape: readonly number[], seed: number): tf.Tensor => {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, draw) => normal(key(seed), draw)),
    [...shape],
  )
}

const weighted = (values: ArrayLike<number>, by: ArrayLike<number>): number => {
  let sum = 0
  for (let place = 0; place < values.length; place++) sum += values[place]! * by[place]!
  return sum
}

/**
 * The largest difference between the gradients of Σ r ∘ f(inputs) and central differences, relative to the largest
 * slope of an input; r is noise, sums are taken in doubles. Of several step widths each number takes the best, because
 * a float has too few digits for one to suit all.
 */
export const gradientError = (
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  steps: readonly number[] = [3e-2, 1e-2, 3e-3],
): number => {
  const out = f(...inputs)
  const by = noise(out.shape, 99)
  const weights = by.dataSync()
  // an input that is not read (a running mean in training) has no path to the result, which tfjs refuses
  const connected = (given: readonly tf.Tensor[]) => tf.mul(tf.addN(given.map((input) => tf.sum(input))), 0)
  const gradients = tf.grads((...given) => tf.add(tf.sum(tf.mul(f(...given), by)), connected(given)))([...inputs])
  const value = (place: number, values: Float32Array) =>
    tf.tidy(() => {
      const moved = inputs.map((input, k) => (k === place ? tf.tensor(values, input.shape) : input))
      return weighted(f(...moved).dataSync(), weights)
    })
  let worst = 0
  inputs.forEach((input, place) => {
    const values = input.dataSync() as Float32Array
    const slope = (lane: number, step: number) => {
      const up = Float32Array.from(values)
      const down = Float32Array.from(values)
      up[lane]! += step
      down[lane]! -= step
      return (value(place, up) - value(place, down)) / (up[lane]! - down[lane]!)
    }
    const found = gradients[place]!.dataSync()
    const scale = Math.max(1e-2, ...found.map(Math.abs))
    for (let lane = 0; lane < values.length; lane++) {
      const gaps = steps.map((step) => Math.abs(slope(lane, step) - found[lane]!) / scale)
      worst = Math.max(worst, Math.min(...gaps))
    }
  })
  return worst
}
