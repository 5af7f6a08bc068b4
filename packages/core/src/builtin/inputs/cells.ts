import type { Cell } from '../../dataset/column.js'

/** A cell as text; undefined where it is missing or empty. */
export const text = (cell: Cell): string | undefined => {
  if (cell === undefined || cell === '') return undefined
  return typeof cell === 'number' && Number.isNaN(cell) ? undefined : String(cell)
}

/** A cell as a finite number; undefined where it is missing or not one. */
export const numeric = (cell: Cell): number | undefined => {
  if (cell === undefined || (typeof cell === 'string' && cell.trim() === '')) return undefined
  const value = Number(cell)
  return Number.isFinite(value) ? value : undefined
}

/** The cells that are finite numbers. */
export function* numerics(cells: Iterable<Cell>): Iterable<number> {
  for (const cell of cells) {
    const value = numeric(cell)
    if (value !== undefined) yield value
  }
}
