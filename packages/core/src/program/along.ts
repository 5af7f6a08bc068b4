import type { Lookup } from './batch.js'
import type { EncodedInput } from './encode.js'

/** Entries of an encoded input, one for each step of some lists: step s of list k is at k · length + s. */
export interface Steps {
  readonly entries: Int32Array
  readonly length: number
  /** 1 where a list has a step. */
  readonly mask: Float32Array
}

/** The rows that an encoded input has for the steps of lists; the mean of the rows where a step has several. */
export const alongSteps = (encoded: EncodedInput, { entries, length, mask }: Steps): Lookup => {
  const { start, rows, weights } = encoded as Required<Pick<EncodedInput, 'start' | 'rows'>> & EncodedInput
  const one = !weights && entries.every((entry, step) => mask[step] === 0 || start[entry + 1]! - start[entry]! === 1)
  if (one) {
    const out = new Int32Array(entries.length)
    for (let step = 0; step < out.length; step++) if (mask[step] !== 0) out[step] = rows[start[entries[step]!]!]!
    return { of: 'sequence', rows: out, length, mask }
  }
  const bag = alongBag(
    encoded,
    entries,
    Float32Array.from(mask),
    Int32Array.from({ length: entries.length + 1 }, (_, step) => step),
  )
  return { of: 'bag', ...bag, steps: { length, mask } }
}

/**
 * The rows that an encoded input has for lists of entries: list k has those from start[k] to start[k + 1] − 1 with
 * their weights, each of them divided among its rows. Entries of weight 0 are left out.
 */
export const alongBag = (
  encoded: EncodedInput,
  entries: Int32Array,
  weights: Float32Array,
  start: Int32Array,
): { readonly start: Int32Array; readonly rows: Int32Array; readonly weights: Float32Array } => {
  const { start: from, rows, weights: own } = encoded as Required<Pick<EncodedInput, 'start' | 'rows'>> & EncodedInput
  const size = (place: number) => (weights[place] === 0 ? 0 : from[entries[place]! + 1]! - from[entries[place]!]!)
  const out = new Int32Array(start.length)
  for (let k = 0; k + 1 < start.length; k++) {
    out[k + 1] = out[k]!
    for (let place = start[k]!; place < start[k + 1]!; place++) out[k + 1]! += size(place)
  }
  const found = new Int32Array(out.at(-1)!)
  const scale = new Float32Array(found.length)
  for (let place = start[0]!, to = 0; place < start.at(-1)!; place++) {
    const first = from[entries[place]!]!
    const count = size(place)
    for (let k = 0; k < count; k++, to++) {
      found[to] = rows[first + k]!
      scale[to] = (weights[place]! * (own ? own[first + k]! : 1)) / count
    }
  }
  return { start: out, rows: found, weights: scale }
}

/** The numbers that an encoded input has for the steps of lists, [lists, length, size]; zeros for padding. */
export const alongNumbers = ({ numbers, size }: EncodedInput, { entries, mask }: Steps): Float32Array => {
  const out = new Float32Array(entries.length * size)
  for (let step = 0; step < entries.length; step++)
    if (mask[step] !== 0) out.set(numbers!.subarray(entries[step]! * size, (entries[step]! + 1) * size), step * size)
  return out
}
