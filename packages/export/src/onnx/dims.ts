/** The length of an axis: a number, or a multiple of the batch. */
export type Dim = number | { readonly batch: number }

export type Dims = readonly Dim[]

/** Whether the length of an axis depends on the batch. */
export const isBatch = (dim: Dim | undefined): dim is { readonly batch: number } => typeof dim === 'object'

export const equalDims = (a: Dim | undefined, b: Dim | undefined): boolean =>
  isBatch(a) && isBatch(b) ? a.batch === b.batch : a === b

/**
 * A number that was seen at two batch sizes as the length of an axis; undefined where it is neither the same nor a
 * multiple of the batch.
 */
export const dimOf = (first: number, second: number, [small, large]: readonly [number, number]): Dim | undefined => {
  if (first === second) return first
  const batch = first / small
  return Number.isInteger(batch) && second === batch * large ? { batch } : undefined
}
