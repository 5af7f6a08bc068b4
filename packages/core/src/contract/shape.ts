/** A known size, or the name of a size known only once data is bound (`item`). */
export type Dim = number | string

/** The sizes of one value of a node, without its axis: `[32]` a vector, `[12, 32]` a sequence of 12 vectors. */
export type Shape = readonly Dim[]

/** What a node's values are counted by: distinct users, distinct items, or (user, item) pairs and events. */
export type Side = 'user' | 'item' | 'pair' | 'none'

/** What an input belongs to. */
export type Entity = 'user' | 'item' | 'event'

/** `[length, 32]` as people read it. */
export const printShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** The width of a vector; throws the sentence an operator may throw when the shape is not a vector of known width. */
export const width = (shape: Shape): number => {
  const [size] = shape
  if (shape.length !== 1 || typeof size !== 'number') throw new Error(`needs vectors, got ${printShape(shape)}`)
  return size
}
