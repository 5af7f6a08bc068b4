import type { tf } from '@recspec/core'
import { type Dim, type Dims, dimOf, isBatch } from './dims.js'
import type { Trace, TracedCall, TracedValue } from './trace.js'

/** A value whose shape is known for every batch. */
export type Value = {
  readonly dims: Dims
  readonly dtype: tf.DataType
} & (
  | { readonly of: 'constant'; readonly fill: Fill }
  | { readonly of: 'name'; readonly name: string }
  | { readonly of: 'call'; readonly call: number; readonly output: number }
)

/** The numbers of a constant: an array of the shape with every batch axis of length 1, along which they repeat. */
export interface Fill {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

/** A trace that holds for every batch. */
export interface Program {
  /** A value by its number; throws where its shape or its numbers depend on the batch in another way. */
  value(number: number): Value
  /** Those that the results need, in order. */
  readonly calls: readonly TracedCall[]
  readonly results: readonly number[]
}

/** Something that depends on the batch in a way that a graph cannot say; `place` is the node's of the document. */
export class BatchDependence extends Error {
  override readonly name = 'BatchDependence'
  readonly place: string

  constructor(place: string, message: string) {
    super(message)
    this.place = place
  }
}

/** Compares traces of one function at two batch sizes: what differs is the batch. Leaves out what no result needs. */
export const compareTraces = (first: Trace, second: Trace, sizes: readonly [number, number]): Program => {
  const [shorter, longer] = [first.calls, second.calls].sort((a, b) => a.length - b.length)
  const differs = longer!.findIndex((call, k) => !shorter![k] || !sameCall(call, shorter![k]!))
  if (differs >= 0) throw new BatchDependence(longer![differs]!.place, 'runs other operations for another batch')
  const needed = new Set(first.results)
  const kept = new Set<TracedCall>()
  for (const call of [...first.calls].reverse()) {
    if (!call.outputs.some((value) => needed.has(value))) continue
    kept.add(call)
    for (const value of [...call.inputs.values(), ...call.outputs]) needed.add(value)
  }
  const placeOf = (value: number) =>
    [...kept].find(({ inputs, outputs }) => outputs.includes(value) || [...inputs.values()].includes(value))?.place ??
    ''
  const valueAt = (number: number): Value => {
    const value = first.values[number]!
    const other = second.values[number]!
    const dims = value.shape.map((dim, axis): Dim => {
      const found = dimOf(dim, other.shape[axis]!, sizes)
      if (found !== undefined) return found
      const seen = `${dim} and ${other.shape[axis]} for ${sizes.join(' and ')} pairs`
      throw new BatchDependence(placeOf(number), `has an axis of ${seen}`)
    })
    if (value.of !== 'constant') return { ...value, dims }
    const fill = fillOf(value, dims)
    if (!fill || !sameFill(fill, fillOf(other as typeof value, dims)))
      throw new BatchDependence(placeOf(number), 'uses numbers that depend on the batch')
    return { of: 'constant', dims, dtype: value.dtype, fill }
  }
  return {
    value: (number) => valueAt(number),
    calls: first.calls.filter((call) => kept.has(call)),
    results: first.results,
  }
}

const sameCall = (a: TracedCall, b: TracedCall): boolean =>
  a.kernel === b.kernel &&
  a.inputs.size === b.inputs.size &&
  [...a.inputs].every(([name, value]) => b.inputs.get(name) === value) &&
  a.outputs.length === b.outputs.length

type TracedConstant = Extract<TracedValue, { readonly of: 'constant' }>

/** The numbers of a constant without its repeats along the batch; undefined where they do not repeat. */
const fillOf = ({ shape, values }: TracedConstant, dims: Dims): Fill | undefined => {
  const small = dims.map((dim, axis) => (isBatch(dim) ? 1 : shape[axis]!))
  if (!dims.some(isBatch)) return { shape: small, values }
  const count = small.reduce((product, size) => product * size, 1)
  const out = new Float64Array(count)
  const seen = new Uint8Array(count)
  for (let at = 0; at < values.length; at++) {
    let rest = at
    let to = 0
    let stride = 1
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const place = rest % shape[axis]!
      rest = (rest - place) / shape[axis]!
      if (!isBatch(dims[axis])) {
        to += place * stride
        stride *= shape[axis]!
      }
    }
    if (seen[to] && !Object.is(out[to], values[at]) && out[to] !== values[at]) return undefined
    out[to] = values[at]!
    seen[to] = 1
  }
  return { shape: small, values: out }
}

const sameFill = (a: Fill, b: Fill | undefined): boolean =>
  b !== undefined &&
  a.values.length === b.values.length &&
  Array.from(a.values).every((value, k) => value === b.values[k] || (Number.isNaN(value) && Number.isNaN(b.values[k])))
