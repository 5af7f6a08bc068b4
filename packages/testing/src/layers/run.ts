import { type Context, type Layer, type Shape, tf, type Value } from '@recspec/core'
import { noise, uniformTensor } from '../noise.js'
import { byPort, type PreparedLayer } from './case.js'

/** Numbers of the nodes and weights of a case. */
export interface LayerNumbers {
  /** Length of the axis. */
  readonly rows: number
  /** Steps of its sequences. */
  readonly length: number
  /** [rows, …shape] of each node. */
  readonly inputs: readonly Float32Array[]
  /** Masks of sequences, [rows, length]. */
  readonly masks: readonly (Float32Array | undefined)[]
  readonly weights: Readonly<Record<string, Float32Array>>
}

const sizesOf = (shape: Shape, length: number): number[] =>
  shape.map((size) => (typeof size === 'string' ? length : size))

/** 1 for the steps that each sequence has: all of them, half, none, one. */
export const prefixMask = (rows: number, length: number): Float32Array => {
  const lengths = [length, Math.ceil(length / 2), 0, 1]
  return Float32Array.from({ length: rows * length }, (_, k) =>
    k % length < lengths[Math.floor(k / length) % lengths.length]! ? 1 : 0,
  )
}

/** Random numbers for a case: the same for the same seed. */
export const layerNumbers = ({ nodes, weights }: PreparedLayer, seed: number, rows = 3, length = 5): LayerNumbers => ({
  rows,
  length,
  inputs: nodes.map(({ shape }, place) => noise([rows, ...sizesOf(shape, length)], seed + place)),
  masks: nodes.map(({ shape }) => (typeof shape[0] === 'string' ? prefixMask(rows, length) : undefined)),
  weights: Object.fromEntries(
    Object.entries(weights).map(([name, { shape, init, trainable }], place) => {
      const values = noise(shape, seed + 50 + place)
      // a running variance is not negative
      if (trainable === false && init === 'ones') return [name, values.map((value) => 1 + Math.abs(value) / 2)]
      return [name, values]
    }),
  ),
})

/** How the numbers of a case run: in training or serving, with which random numbers; `assigned` gets assignments. */
export interface RunAs {
  readonly training: boolean
  readonly seed?: number
  readonly assigned?: Map<string, Float32Array>
  onRandom?(): void
}

const contextOf = ({ training, seed = 5, assigned, onRandom }: RunAs): Context => {
  let drawn = 0
  const uniform = (shape: readonly number[]) => {
    onRandom?.()
    const values = uniformTensor(shape, seed, drawn)
    drawn += values.size
    return values
  }
  return {
    training,
    uniform,
    dropout: (x, rate) =>
      training ? tf.mul(x, tf.div(tf.cast(tf.greaterEqual(uniform(x.shape), rate), 'float32'), 1 - rate)) : x,
    assign: (name, value) => {
      assigned?.set(name, value.dataSync().slice() as Float32Array)
    },
  }
}

/** Tensors of the nodes and weights of a case, in one order. */
export const tensorsOf = ({ nodes, weights }: PreparedLayer, numbers: LayerNumbers): tf.Tensor[] => [
  ...nodes.map(({ shape }, place) =>
    tf.tensor(numbers.inputs[place]!, [numbers.rows, ...sizesOf(shape, numbers.length)]),
  ),
  ...Object.entries(weights).map(([name, { shape }]) => tf.tensor(numbers.weights[name]!, [...shape])),
]

/** Calls `apply` on tensors in the order of `tensorsOf`. */
export const applyTo = (
  layer: Layer,
  prepared: PreparedLayer,
  tensors: readonly tf.Tensor[],
  numbers: LayerNumbers,
  as: RunAs,
  params = prepared.params,
): Value => {
  const { nodes, weights } = prepared
  const values = nodes.map((_, place): Value => {
    const mask = numbers.masks[place]
    const tensor = tensors[place]!
    return mask ? { tensor, mask: tf.tensor2d(mask, [numbers.rows, numbers.length]) } : { tensor }
  })
  const join = (list: readonly Value[]): Value => ({
    tensor: tf.concat(
      list.map(({ tensor }) => tensor),
      -1,
    ),
  })
  const named = Object.fromEntries(Object.keys(weights).map((name, place) => [name, tensors[nodes.length + place]!]))
  return layer.apply(params, byPort<Value>(layer.inputs, nodes, values, join), named, contextOf(as))
}

/** The numbers that `apply` gives for those of a case. */
export const valuesOf = (
  layer: Layer,
  prepared: PreparedLayer,
  numbers: LayerNumbers,
  as: RunAs,
  params = prepared.params,
): Float32Array =>
  tf.tidy(
    () =>
      applyTo(layer, prepared, tensorsOf(prepared, numbers), numbers, as, params)
        .tensor.dataSync()
        .slice() as Float32Array,
  )

export { sizesOf }
