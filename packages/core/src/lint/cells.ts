import { type Cell, type Column, cell } from '../dataset/column.js'

/** The present cells of a column: how many, and how often each value occurs. */
export const valueCounts = (
  column: Column,
  rows: number,
): { readonly present: number; readonly counts: ReadonlyMap<Cell, number> } => {
  const counts = new Map<Cell, number>()
  let present = 0
  for (let row = 0; row < rows; row++) {
    const value = cell(column, row)
    if (value === undefined || value === '') continue
    present++
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return { present, counts }
}
