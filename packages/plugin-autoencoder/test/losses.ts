import { type Labels, type Loss, tf } from '@recspec/core'
import { expect } from 'vitest'

/** Numbers from −1 to 1 that differ by salt. */
export const numbers = (count: number, salt: number) => Array.from({ length: count }, (_, k) => Math.sin(3 * k + salt))
const int32 = (values: readonly number[]) => tf.tensor1d(Int32Array.from(values), 'int32')

/** Rows {0, 2}, {} and {1, 2, 3} of four items. */
export const rows = () => ({ start: int32([0, 2, 2, 5]), columns: int32([0, 2, 1, 2, 3]) })
/** The number of cells of each row. */
export const counts = [2, 0, 3]
/** The same rows as an array. */
export const positive = () =>
  tf.tensor2d([
    [1, 0, 1, 0],
    [0, 0, 0, 0],
    [0, 1, 1, 1],
  ])

/** Σ terms of a loss and its gradients by its inputs, against central differences. */
export const checkGradients = (
  loss: Loss,
  params: Record<string, unknown>,
  shape: readonly number[],
  labels: () => Labels,
) => {
  const ports = Object.keys(loss.inputs)
  const given = ports.map((_, port) =>
    numbers(
      shape.reduce((size, dim) => size * dim, 1),
      port,
    ),
  )
  const total = (...tensors: tf.Tensor[]): tf.Scalar =>
    tf.sum(
      loss.apply(
        params,
        Object.fromEntries(ports.map((port, k) => [port, { tensor: tensors[k]! }])) as never,
        labels(),
      ),
    )
  const tensorsOf = (lists: readonly (readonly number[])[]) =>
    lists.map((list) => tf.tensor(Float32Array.from(list), [...shape]))
  const slopes = tf.tidy(() =>
    tf
      .grads(total)(tensorsOf(given))
      .map((slope) => [...slope.dataSync()]),
  )
  const at = (port: number, place: number, by: number) =>
    tf.tidy(
      () =>
        total(
          ...tensorsOf(
            given.map((list, k) => (k === port ? list.map((x, one) => (one === place ? x + by : x)) : list)),
          ),
        ).dataSync()[0]!,
    )
  slopes.forEach((slope, port) => {
    slope.forEach((value, place) => {
      expect(value).toBeCloseTo((at(port, place, 0.01) - at(port, place, -0.01)) / 0.02, 1)
    })
  })
}
