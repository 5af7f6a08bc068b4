import type { Side } from '../contract/shape.js'

/** The side of a node that reads nodes of these sides: `none` adds nothing, two different sides make a `pair`. */
export const joinSides = (sides: readonly Side[]): Side => {
  const distinct = [...new Set(sides)].filter((side) => side !== 'none')
  return distinct.length === 0 ? 'none' : distinct.length === 1 ? distinct[0]! : 'pair'
}
