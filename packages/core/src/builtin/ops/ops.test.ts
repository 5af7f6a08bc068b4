import { below, key } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { gradientError, noise } from '../../../test/gradient.js'
import { byPort, joined } from '../../../test/ports.js'
import { backends, useBackend } from '../../backend/backend.js'
import type { Form, WeightArrays } from '../../contract/form.js'
import type { Layer } from '../../contract/layer.js'
import type { Shape } from '../../contract/shape.js'
import type { Context, Value } from '../../contract/value.js'
import { joinShapes } from '../../graph/ports.js'
import { activations } from './activations.js'
import * as namespace from './index.js'

const layers: Readonly<Record<string, Layer>> = { ...namespace }

/** One use of an operator: its parameters and the sizes of its inputs, flat; `masked` where they are sequences. */
interface Case {
  readonly op: string
  readonly params?: Record<string, unknown>
  readonly inputs: readonly (readonly number[])[]
  readonly masked?: boolean
}

const training: Context = { training: true, uniform: (shape) => tf.fill([...shape], 0.7), assign: () => {} }
const serving: Context = { ...training, training: false }

/** A whole number between bounds. */
const size = (low: number, high: number, seed: number, draw: number) => low + below(high - low + 1, key(seed), draw)

const cases = (seed: number): Case[] => {
  const a = size(1, 5, seed, 1)
  const b = size(1, 5, seed, 2)
  const c = size(2, 5, seed, 3)
  const length = size(1, 6, seed, 4)
  const units = size(1, 4, seed, 5)
  const recurrent = { inputs: [[length, b]] }
  return [
    { op: 'dot', inputs: [[a], [a]] },
    { op: 'cosine', inputs: [[c], [c]] },
    { op: 'concat', inputs: [[a], [b], [c]] },
    { op: 'hadamard', inputs: [[a], [a]] },
    { op: 'hadamard', inputs: [[a], [a], [a]] },
    { op: 'sum', inputs: [[a], [1], [a]] },
    { op: 'sum', params: { weights: [0.5, -2] }, inputs: [[1], [b]] },
    { op: 'residual', params: { gate: false }, inputs: [[a], [a], [b], [c]] },
    { op: 'residual', params: { gate: true }, inputs: [[a], [b], [a]] },
    { op: 'dense', params: { units, activation: 'linear', useBias: true }, inputs: [[a], [b]] },
    { op: 'dense', params: { units, activation: 'linear', useBias: false }, inputs: [[a]] },
    { op: 'dense', params: { units, activation: 'tanh', useBias: true }, inputs: [[length, b]], masked: true },
    { op: 'dropout', params: { rate: 0.4 }, inputs: [[a]] },
    { op: 'batchNorm', params: { momentum: 0.9, epsilon: 1e-3 }, inputs: [[a]] },
    { op: 'batchNorm', params: { momentum: 0.9, epsilon: 1e-3 }, inputs: [[4, b]], masked: true },
    { op: 'l2Norm', inputs: [[a]] },
    { op: 'l2Norm', inputs: [[length, b]], masked: true },
    { op: 'layerNorm', params: { epsilon: 1e-3 }, inputs: [[c + 1]] },
    { op: 'layerNorm', params: { epsilon: 1e-3 }, inputs: [[length, c + 1]], masked: true },
    ...Object.keys(activations).map((name): Case => ({ op: 'activation', params: { function: name }, inputs: [[a]] })),
    { op: 'bias', params: { init: 'zeros', trainable: true }, inputs: [[a]] },
    { op: 'pool', params: { by: ['mean', 'max', 'sum', 'last'] }, inputs: [[length, b]], masked: true },
    { op: 'pool', params: { by: ['max', 'last'] }, inputs: [[length, b]] },
    { op: 'pool', params: { by: ['sum', 'mean', 'last'], returns: 'sequence' }, inputs: [[length, b]], masked: true },
    { op: 'lstm', params: { units, returns: 'last' }, ...recurrent, masked: true },
    { op: 'lstm', params: { units, returns: 'sequence' }, ...recurrent },
    { op: 'gru', params: { units, returns: 'last' }, ...recurrent, masked: true },
    { op: 'gru', params: { units, returns: 'sequence' }, ...recurrent },
    { op: 'position', inputs: [[length, b]] },
    { op: 'attention', params: { blocks: 1, heads: 2, causal: true, dropout: 0.4 }, inputs: [[3, 4]] },
    { op: 'attention', params: { blocks: 1, heads: 1, causal: false, dropout: 0 }, inputs: [[2, 3]], masked: true },
    ...[1, 2, 3].flatMap((stride) =>
      ['same', 'causal'].map((padding): Case => {
        const kernel = { filters: units, width: size(1, 4, seed, 5 + stride), stride, padding }
        const params = { ...kernel, activation: 'tanh', useBias: true }
        return { op: 'conv1d', params, inputs: [[length, b]], masked: stride !== 3 }
      }),
    ),
  ]
}

/** 1 for a prefix of each sequence: lengths 1 … length, and one sequence that is empty. */
const prefixes = (n: number, length: number) =>
  tf.tensor2d(
    Array.from({ length: n }, (_, row) =>
      Array.from({ length }, (_, step) => (step < (row * 2) % (length + 1) ? 1 : 0)),
    ),
  )

const arraysOf = (names: readonly string[], weights: readonly tf.Tensor[]): WeightArrays =>
  Object.fromEntries(names.map((weight, place) => [weight, weights[place]!.dataSync() as Float32Array]))

/** The value of a form that is not linear, in plain arithmetic. */
const formValue = (
  form: Exclude<Form, { is: 'linear' }>,
  [a, b]: readonly (readonly number[])[],
  weights: WeightArrays,
): readonly number[] => {
  const unit = (x: readonly number[]) => {
    const length = Math.hypot(...x)
    return length > 0 ? x.map((value) => value / length) : x
  }
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, lane) => sum + value * y[lane]!, 0)
  if (form.is === 'l2Normalize') return unit(a!)
  if (form.is === 'product') return a!.map((value, lane) => value * b![lane]!)
  if (form.is === 'dot') return [form.normalized ? dot(unit(a!), unit(b!)) : dot(a!, b!)]
  const matrix = weights[form.matrix]!
  const columns = b!.length
  return [
    a!.reduce((sum, value, row) => sum + value * dot([...matrix.subarray(row * columns, (row + 1) * columns)], b!), 0),
  ]
}

const prepared = (use: Case, n: number, seed: number) => {
  const definition = layers[use.op]!
  const params = use.params ?? {}
  const shapes = byPort<Shape>(definition.inputs, use.inputs, joinShapes)
  const specs = definition.weights?.(params, shapes) ?? {}
  const names = Object.keys(specs)
  const inputs = use.inputs.map((shape, place) => noise([n, ...shape], seed + place))
  const weights = names.map((name, place) =>
    name === 'variance'
      ? tf.add(tf.abs(noise(specs[name]!.shape, 7)), 0.5)
      : noise(specs[name]!.shape, seed + 50 + place),
  )
  const apply = (values: readonly tf.Tensor[], context: Context): Value =>
    definition.apply(
      params,
      byPort<Value>(
        definition.inputs,
        values
          .slice(0, inputs.length)
          .map((tensor) => (use.masked ? { tensor, mask: prefixes(n, tensor.shape[1]!) } : { tensor })),
        joined,
      ),
      Object.fromEntries(names.map((name, place) => [name, values[inputs.length + place]!])),
      context,
    )
  return { definition, params, shapes, specs, names, inputs, weights, apply }
}

test('every op has a case', () => {
  const used = new Set(cases(1).map(({ op }) => op))
  expect([...used].sort()).toEqual(Object.keys(layers).sort())
})

const title = ({ op, params }: Case) => `${op} ${JSON.stringify(params ?? {})}`

describe.each([...backends()])('on %s', (name) => {
  beforeEach(async () => {
    await useBackend(name)
  })

  test.each([1, 2, 3, 4, 5])('declared shapes are those of the values, sizes %d', (seed) => {
    for (const use of cases(seed))
      for (const context of [training, serving]) {
        const n = size(1, 4, seed, 9)
        const { definition, params, shapes, inputs, weights, apply } = prepared(use, n, seed)
        const { tensor, mask } = apply([...inputs, ...weights], context)
        const declared = definition.shape(params, shapes)
        expect(tensor.shape, title(use)).toEqual([n, ...declared])
        expect(tensor.dtype).toBe('float32')
        if (mask) expect(mask.shape, title(use)).toEqual([n, declared[0]])
        expect([...tensor.dataSync()].every(Number.isFinite), title(use)).toBe(true)
      }
  })

  test.each(cases(6).map((use) => [title(use), use] as const))('gradients of %s agree with differences', (_, use) => {
    const served = use.op === 'batchNorm' || use.op === 'dropout'
    for (const context of served ? [training, serving] : [training]) {
      const { inputs, weights, apply } = prepared(use, 4, 6)
      const all = [...inputs, ...weights]
      const leaf = (...values: tf.Tensor[]) => apply(values, context).tensor
      // inputs that are computed: gradients must pass through tensors that are not leaves
      const inner = (...values: tf.Tensor[]) => leaf(...values.map((value) => tf.add(tf.mul(value, 1.25), 0.1)))
      expect(gradientError(leaf, all)).toBeLessThan(1e-2)
      expect(gradientError(inner, all)).toBeLessThan(1e-2)
    }
  })

  test.each([1, 2, 3])('declared forms give the values of apply, sizes %d', (seed) => {
    const checked = new Set<string>()
    for (const use of cases(seed)) {
      const { definition, params, shapes, names, inputs, weights, apply } = prepared(use, 1, seed)
      const form = definition.form?.(params, shapes)
      if (!form) continue
      checked.add(use.op)
      const out = apply([...inputs, ...weights], serving).tensor.dataSync()
      if (form.is !== 'linear') {
        const given = inputs.map((input) => [...input.dataSync()])
        if (use.masked) continue
        const expected = formValue(form, given, arraysOf(names, weights))
        expected.forEach((value, lane) => {
          expect(out[lane], title(use)).toBeCloseTo(value, 4)
        })
        continue
      }
      const cotangent = Float64Array.from(noise([out.length], seed + 70).dataSync())
      const vjp = form.vjp(cotangent, arraysOf(names, weights))
      const values = inputs.map((input) => [...input.dataSync()])
      const joinedValues = vjp.inputs.length === values.length ? values : [values.flat()]
      expect(vjp.inputs.map(({ length }) => length)).toEqual(joinedValues.map(({ length }) => length))
      const product = (x: ArrayLike<number>, y: ArrayLike<number>) =>
        Array.from(x).reduce((sum, value, lane) => sum + value * y[lane]!, 0)
      const expected = vjp.inputs.reduce((sum, g, place) => sum + product(g, joinedValues[place]!), vjp.constant)
      expect(expected, title(use)).toBeCloseTo(product(cotangent, out), 4)
    }
    expect(checked.size).toBeGreaterThan(9)
  })
})

test('nonlinear ops have no form', () => {
  const at = (op: string, params: Record<string, unknown>, shape: Shape) =>
    layers[op]!.form?.(params, { x: shape } as never)
  expect(at('dense', { units: 2, activation: 'relu', useBias: true }, [3])).toBeUndefined()
  expect(at('activation', { function: 'tanh' }, [3])).toBeUndefined()
  expect(at('layerNorm', { epsilon: 1e-3 }, [3])).toBeUndefined()
  expect(at('lstm', { units: 2, returns: 'last' }, [4, 3])).toBeUndefined()
  expect(layers.hadamard!.form?.({}, { vectors: [[2], [2], [2]] } as never)).toBeUndefined()
})
