/** A box of a drawn graph. */
export interface GraphBox {
  readonly id: string
  readonly lines: readonly string[]
  readonly kind: 'input' | 'table' | 'op' | 'head'
}

/** A graph as boxes and arrows between their ids. */
export interface GraphDrawing {
  readonly name: string
  readonly boxes: readonly GraphBox[]
  readonly arrows: readonly (readonly [from: string, to: string])[]
}
