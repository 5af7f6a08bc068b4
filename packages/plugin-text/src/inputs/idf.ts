import type { Cell } from '@recspec/core'

/**
 * Inverse document frequencies (Spärck Jones, 1972, smoothed): ln((1 + cells) / (1 + cells with the row)) + 1 of each
 * row from row 1 on. A cell counts as often as it occurs; missing cells do not count.
 */
export const inverseFrequencies = (
  cells: ReadonlyMap<Cell, number>,
  height: number,
  rows: (cell: Cell) => readonly number[],
): readonly number[] => {
  const withRow = new Float64Array(height)
  let total = 0
  for (const [cell, times] of cells) {
    if (cell === undefined) continue
    total += times
    for (const row of new Set(rows(cell))) withRow[row]! += times
  }
  return Array.from(withRow.subarray(1), (count) => Math.log((1 + total) / (1 + count)) + 1)
}
