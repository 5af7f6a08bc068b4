/** A known size, or the name of a size known only once data is bound (`item`). */
export type Dim = number | string

/** The sizes of one value of a node, without the batch axis: `[32]` a vector, `[12, 32]` a sequence of 12 vectors. */
export type Shape = readonly Dim[]

/** What a node's value depends on: a user, an item, both or the event (`pair`), or `none` of them. */
export type Side = 'user' | 'item' | 'pair' | 'none'

/** What an input belongs to. */
export type Entity = 'user' | 'item' | 'event'

/** A shape as text: `[length, 32]`. */
export const printShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** The width of a vector; throws a bare sentence where the shape is not that of a vector of known width. */
export const width = (shape: Shape): number => {
  const [size] = shape
  if (shape.length !== 1 || typeof size !== 'number') throw new Error(`needs vectors, got ${printShape(shape)}`)
  return size
}
