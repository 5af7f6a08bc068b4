import * as tf from '@tensorflow/tfjs-core'
import type { KerasText } from '../../contract/keras.js'
import { type Shape, width } from '../../contract/shape.js'
import type { Value } from '../../contract/value.js'

/** The common length of several sequences; undefined where all inputs are vectors, throws where only some are. */
export const commonLength = (shapes: readonly Shape[]): number | string | undefined => {
  const lengths = shapes.map((shape) => (shape.length === 2 ? shape[0] : undefined))
  if (lengths.some((length) => length !== lengths[0]))
    throw new Error(`needs vectors, or sequences of equal length, got ${printed(shapes)}`)
  return lengths[0]
}

/** The shapes of the steps of sequences; those of vectors as they are. */
export const stepShapes = (shapes: readonly Shape[]): readonly Shape[] =>
  commonLength(shapes) === undefined ? shapes : shapes.map((shape) => shape.slice(1))

/** The mask of sequences that are read step by step: 1 where each of them has a step. */
export const commonMask = (values: readonly Value[]): { readonly mask?: tf.Tensor } => {
  const masks = values.flatMap(({ mask }) => (mask ? [mask] : []))
  return masks.length === 0 ? {} : { mask: masks.reduce((a, b) => tf.mul(a, b)) }
}

/** The same in Keras. */
export const kerasCommonMask: KerasText = {
  name: 'common_mask',
  source: `
def common_mask(values):
    """The mask of sequences that are read step by step: 1 where each of them has a step."""
    masks = [value.mask for value in values if value.mask is not None]
    return functools.reduce(ops.multiply, masks) if masks else None
`,
}

const printed = (shapes: readonly Shape[]) => {
  const texts = shapes.map((shape) => `[${shape.join(', ')}]`)
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}

/** The common width of several vectors; throws a bare sentence where they differ. */
export const equalWidth = (shapes: readonly Shape[]): number => {
  const widths = shapes.map(width)
  if (widths.some((size) => size !== widths[0])) throw new Error(`needs inputs of equal width, got ${printed(shapes)}`)
  return widths[0]!
}

/** The width of several vectors of which those of width 1 are broadcast; throws a bare sentence where others differ. */
export const broadcastWidth = (shapes: readonly Shape[]): number => {
  const widths = shapes.map(width)
  const widest = Math.max(...widths)
  if (widths.some((size) => size !== 1 && size !== widest))
    throw new Error(`needs inputs of equal width or width 1, got ${printed(shapes)}`)
  return widest
}

/** The last size of a vector or of a sequence of vectors. */
export const lastWidth = (shape: Shape): number => {
  const size = shape.at(-1)
  if (typeof size !== 'number' || shape.length > 2)
    throw new Error(`needs a vector or a sequence of vectors, got [${shape.join(', ')}]`)
  return size
}

/** Length and width of a sequence of vectors. */
export const sequenceSizes = (shape: Shape): { length: number | string; dim: number } => {
  const [length, dim] = shape
  if (shape.length !== 2 || length === undefined || typeof dim !== 'number')
    throw new Error(`needs a sequence [length, width], got [${shape.join(', ')}]`)
  return { length, dim }
}
