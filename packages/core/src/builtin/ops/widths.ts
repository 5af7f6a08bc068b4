import { type Shape, width } from '../../contract/shape.js'

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
