import type { Check } from '../check.js'
import { short } from '../compare.js'
import { noise } from '../noise.js'
import type { PreparedLayer } from './case.js'
import { type LayerNumbers, layerNumbers, prefixMask, valuesOf } from './run.js'
import type { LayerSubject } from './subject.js'

const ROWS = 4
const LENGTH = 5
const PADDED = 7

const isSequence = ({ shape }: PreparedLayer['nodes'][number]) => typeof shape[0] === 'string'

/** What stands at masked steps, and how many there are, does not change a value. */
export const padding: Check<LayerSubject> = {
  name: 'padding',
  says: 'masked steps and padding do not change a value',
  applies: ({ cases }) => cases.some(({ nodes }) => nodes.some(isSequence)),
  *run({ layer, cases }) {
    for (const prepared of cases) {
      if (!prepared.nodes.some(isSequence)) continue
      const numbers = layerNumbers(prepared, 3, ROWS, LENGTH)
      for (const training of [false, true]) {
        const own = valuesOf(layer, prepared, numbers, { training })
        const when = training ? 'in training' : 'when serving'
        const other = valuesOf(layer, prepared, withOthers(prepared, numbers), { training })
        const first = differs(prepared, own, LENGTH, other, LENGTH)
        if (first) yield `other numbers at masked steps change ${first} ${when}, ${prepared.label}`
        // random numbers of dropout are those of another place
        if (training) continue
        const longer = valuesOf(layer, prepared, padded(prepared, numbers), { training })
        const second = differs(prepared, own, LENGTH, longer, PADDED)
        if (second) yield `more masked steps change ${second} ${when}, ${prepared.label}`
      }
    }
  },
}

/** Other numbers at masked steps; step 0 of an empty sequence is read. */
const withOthers = ({ nodes }: PreparedLayer, numbers: LayerNumbers): LayerNumbers => ({
  ...numbers,
  inputs: numbers.inputs.map((values, place) => {
    const mask = numbers.masks[place]
    if (!mask) return values
    const width = values.length / mask.length
    const others = noise([values.length], 60 + place)
    return values.map((value, k) => {
      const step = Math.floor(k / width)
      return mask[step] === 1 || step % LENGTH === 0 || !isSequence(nodes[place]!) ? value : others[k]!
    })
  }),
})

/** The same sequences with more steps after them. */
const padded = ({ nodes }: PreparedLayer, numbers: LayerNumbers): LayerNumbers => ({
  ...numbers,
  length: PADDED,
  inputs: numbers.inputs.map((values, place) => {
    if (!isSequence(nodes[place]!)) return values
    const width = values.length / (ROWS * LENGTH)
    const longer = noise([ROWS * PADDED * width], 80 + place)
    for (let row = 0; row < ROWS; row++)
      longer.set(values.subarray(row * LENGTH * width, (row + 1) * LENGTH * width), row * PADDED * width)
    return longer
  }),
  masks: numbers.masks.map((mask) => {
    if (!mask) return mask
    const own = prefixMask(ROWS, LENGTH)
    return Float32Array.from({ length: ROWS * PADDED }, (_, k) => {
      const [row, step] = [Math.floor(k / PADDED), k % PADDED]
      return step < LENGTH ? own[row * LENGTH + step]! : 0
    })
  }),
})

/** Where two results differ: at steps that are present, or anywhere in results that are no sequences. */
const differs = (
  { output }: PreparedLayer,
  a: Float32Array,
  stepsA: number,
  b: Float32Array,
  stepsB: number,
): string | undefined => {
  const sequence = typeof output[0] === 'string'
  const [steps, lengthA, lengthB] = sequence ? [LENGTH, stepsA, stepsB] : [1, 1, 1]
  const width = a.length / (ROWS * lengthA)
  const mask = prefixMask(ROWS, LENGTH)
  // a layer that shortens sequences (a stride) has steps of its own
  if (!Number.isInteger(width) || b.length / (ROWS * lengthB) !== width) return undefined
  for (let row = 0; row < ROWS; row++)
    for (let step = 0; step < steps; step++) {
      if (sequence && mask[row * LENGTH + step] === 0) continue
      for (let lane = 0; lane < width; lane++) {
        const [one, other] = [a[(row * lengthA + step) * width + lane]!, b[(row * lengthB + step) * width + lane]!]
        if (!(Math.abs(one - other) <= 1e-4 * Math.max(1, Math.abs(one)))) return `${short(one)} to ${short(other)}`
      }
    }
  return undefined
}
