import { Failure } from '../failure.js'
import type { EncodedInput } from '../program/encode.js'
import type { History } from '../program/history.js'
import { scoresOf, sideValuesOf } from '../program/inference.js'
import type { LoweredProgram } from '../program/lowered.js'

/**
 * A program that does not see an input: every id and every cell is unknown, every history is empty. Its weights are the
 * same. Throws a `Failure` where there is no such input.
 */
export const withoutInput = (program: LoweredProgram, name: string): LoweredProgram => {
  const { inputs } = program.graph
  if (!inputs.has(name))
    throw new Failure('query', `unknown input "${name}"`, `the model has ${[...inputs.keys()].join(', ')}`)
  const view: LoweredProgram = {
    ...program,
    source: (node, bound) => {
      const source = program.source(node, bound)
      if (node.input !== name) return source
      if ('history' in source) return { input: source.input, use: source.use, history: noHistory(source.history) }
      const { encoded } = source.input
      return { input: { ...source.input, ...(encoded ? { encoded: unknownThroughout(encoded) } : {}) } }
    },
    scores: (node, users, items, events) => scoresOf(view, node, users, items, events),
    sideValues: (node) => sideValuesOf(view, node),
  }
  return view
}

const noHistory = ({ start, place }: History): History => ({
  start: new Int32Array(start.length),
  other: new Int32Array(0),
  event: new Int32Array(0),
  place: new Int32Array(place.length).fill(-1),
})

/** Every entry with the value of the first, which is unknown. */
const unknownThroughout = ({ start, rows, weights, numbers, size }: EncodedInput): EncodedInput => {
  if (numbers) {
    const out = numbers.slice()
    for (let from = size; from < out.length; from += size) out.copyWithin(from, 0, size)
    return { numbers: out, size }
  }
  const count = start!.length - 1
  const width = start![1]!
  const repeated = <A extends Int32Array | Float32Array>(list: A, out: A): A => {
    for (let entry = 0; entry < count; entry++) out.set(list.subarray(0, width), entry * width)
    return out
  }
  return {
    start: Int32Array.from({ length: count + 1 }, (_, entry) => entry * width),
    rows: repeated(rows!, new Int32Array(count * width)),
    ...(weights ? { weights: repeated(weights, new Float32Array(count * width)) } : {}),
    size,
  }
}
