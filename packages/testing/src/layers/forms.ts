import type { Form, WeightArrays } from '@recspec/core'
import type { Check } from '../check.js'
import { firstDifference, short } from '../compare.js'
import { noise } from '../noise.js'
import type { PreparedLayer } from './case.js'
import { type LayerNumbers, layerNumbers, valuesOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** The declared `form` gives the values of `apply`. */
export const forms: Check<LayerSubject> = {
  name: 'form',
  says: 'the declared form gives the values of apply',
  applies: ({ layer }) => layer.form !== undefined,
  *run(subject) {
    for (const prepared of subject.cases)
      for (let seed = 0; seed < 3; seed++) {
        const form = subject.layer.form!(prepared.params, prepared.shapes)
        if (!form) continue
        const numbers = layerNumbers(prepared, 20 + seed, 1)
        const sentence =
          form.is === 'linear'
            ? linearFault(subject, prepared, numbers, form)
            : otherFault(subject, prepared, numbers, form)
        if (sentence) yield `${sentence}, ${prepared.label}`
      }
  },
}

const product = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  Array.from(x).reduce((sum, value, lane) => sum + value * y[lane]!, 0)

type Linear = Extract<Form, { is: 'linear' }>

const linearFault = (
  { layer }: LayerSubject,
  prepared: PreparedLayer,
  numbers: LayerNumbers,
  form: Linear,
): string | undefined => {
  const { inputs, weights } = numbers
  const out = valuesOf(layer, prepared, numbers, { training: false })
  const cotangent = Float64Array.from(noise([out.length], 70))
  const vjp = form.vjp(cotangent, weights)
  const given = vjp.inputs.length === inputs.length ? inputs : [joined(inputs)]
  if (vjp.inputs.length !== given.length)
    return `"vjp" of the form gives ${vjp.inputs.length} cotangents for ${inputs.length} inputs`
  for (const [place, one] of vjp.inputs.entries())
    if (one.length !== given[place]!.length)
      return `"vjp" of the form gives ${one.length} numbers for an input of ${given[place]!.length}`
  const found = vjp.inputs.reduce((sum, one, place) => sum + product(one, given[place]!), vjp.constant)
  const expected = product(cotangent, out)
  if (!close(found, expected))
    return `the form is linear, and "vjp" gives g · y = ${short(found)}; "apply" gives ${short(expected)}`
  return shiftFault(layer, prepared, numbers, form) ?? trainingFault(layer, prepared, numbers, form, out)
}

/** Weights of `shift` are only added. */
const shiftFault = (
  layer: LayerSubject['layer'],
  prepared: PreparedLayer,
  numbers: LayerNumbers,
  { shift = [] }: Linear,
): string | undefined => {
  for (const name of shift) {
    const own = numbers.weights[name]
    // parameters may leave a weight out
    if (!own) continue
    const moved = { ...numbers, weights: { ...numbers.weights, [name]: own.map((value) => value + 0.5) } }
    const other = (from: LayerNumbers): LayerNumbers => ({
      ...from,
      inputs: from.inputs.map((values) => values.map((value) => value * -0.7)),
    })
    const added = (one: LayerNumbers, two: LayerNumbers) => {
      const [a, b] = [one, two].map((each) => valuesOf(layer, prepared, each, { training: false })) as [
        Float32Array,
        Float32Array,
      ]
      return b.map((value, lane) => value - a[lane]!)
    }
    if (firstDifference(added(numbers, moved), added(other(numbers), other(moved)), 1e-3) >= 0)
      return `the form says that weight "${name}" is only added, but what it adds depends on the inputs`
  }
  return undefined
}

/** Without `whenServing`, training computes the same as serving. */
const trainingFault = (
  layer: LayerSubject['layer'],
  prepared: PreparedLayer,
  numbers: LayerNumbers,
  { whenServing }: Linear,
  served: Float32Array,
): string | undefined => {
  if (whenServing) return undefined
  const trained = valuesOf(layer, prepared, numbers, { training: true })
  const place = firstDifference(trained, served)
  return place < 0
    ? undefined
    : `the form is linear without "whenServing", but training gives ${short(trained[place])} and serving ${short(served[place])}`
}

const otherFault = (
  { layer }: LayerSubject,
  prepared: PreparedLayer,
  numbers: LayerNumbers,
  form: Exclude<Form, Linear>,
): string | undefined => {
  if (prepared.nodes.some(({ shape }) => shape.length !== 1)) return undefined
  const out = valuesOf(layer, prepared, numbers, { training: false })
  const expected = formValue(form, numbers.inputs, numbers.weights)
  if (typeof expected === 'string') return expected
  const place = firstDifference(out, expected, 1e-3)
  return place < 0
    ? undefined
    : `the form is "${form.is}", which gives ${short(expected[place])} at place ${place}; "apply" gives ${short(out[place])}`
}

/** The value of a form that is not linear, in plain arithmetic; a sentence where it cannot be. */
const formValue = (
  form: Exclude<Form, Linear>,
  inputs: readonly Float32Array[],
  weights: WeightArrays,
): readonly number[] | string => {
  const [a, b] = inputs
  if (form.is === 'l2Normalize') return inputs.length === 1 ? normalized(a!) : 'the form "l2Normalize" is of one input'
  if (!b || inputs.length > 2) return `the form "${form.is}" is of two inputs, got ${inputs.length}`
  if (form.is === 'bilinear') {
    const matrix = weights[form.matrix]
    if (!matrix) return `the form "bilinear" has the matrix "${form.matrix}", which is no weight`
    if (matrix.length !== a!.length * b.length)
      return `the form "bilinear" has a matrix of ${matrix.length} numbers for inputs of ${a!.length} and ${b.length}`
    return [
      Array.from(a!).reduce(
        (sum, value, row) => sum + value * product(b, matrix.subarray(row * b.length, (row + 1) * b.length)),
        0,
      ),
    ]
  }
  if (a!.length !== b.length) return `the form "${form.is}" is of equal widths, got ${a!.length} and ${b.length}`
  if (form.is === 'product') return Array.from(a!, (value, lane) => value * b[lane]!)
  return [form.normalized ? product(normalized(a!), normalized(b)) : product(a!, b)]
}

const normalized = (x: Float32Array): readonly number[] => {
  const length = Math.hypot(...x)
  return length > 0 ? Array.from(x, (value) => value / length) : Array.from(x)
}

const joined = (inputs: readonly Float32Array[]): Float32Array =>
  Float32Array.from(inputs.flatMap((values) => [...values]))

const close = (a: number, b: number) => Math.abs(a - b) <= 1e-3 * Math.max(1, Math.abs(a), Math.abs(b))
