import type { Dataset, Events } from '../dataset/dataset.js'
import { segmentations } from './segments/index.js'

/** A part of the test rows: whether a row of predictions, or a cell of rankings, is in it. */
export interface Part {
  row(row: number): boolean
  cell(cell: number): boolean
}

/** All test rows. */
export const everything: Part = { row: () => true, cell: () => true }

/** A part of the test rows, with their number. */
export interface SegmentRows {
  readonly by: string
  readonly name: string
  readonly count: number
  has(user: number, item: number): boolean
}

/** The parts that segmentations divide test rows into, those without rows left out. */
export const partsOf = (names: readonly string[], trained: Dataset, test: Events): readonly SegmentRows[] =>
  names.flatMap((by) => {
    const found = segmentations[by]
    if (!found)
      throw new Error(
        `unknown segments "${by}", expected ${Object.keys(segmentations)
          .map((name) => `"${name}"`)
          .join(' or ')}`,
      )
    const { names: parts, of } = found.segments(trained, test)
    const counts = new Int32Array(parts.length)
    for (let row = 0; row < test.count; row++) counts[of(test.user[row]!, test.item[row]!)]!++
    return parts.flatMap((name, part) =>
      counts[part]! > 0
        ? [{ by, name, count: counts[part]!, has: (user: number, item: number) => of(user, item) === part }]
        : [],
    )
  })

/** The part of predictions and rankings whose user and item are in a segment. */
export const partOf = (has: SegmentRows['has'], rated: Events, ranked: Events): Part => ({
  row: (row) => has(rated.user[row]!, rated.item[row]!),
  cell: (cell) => has(ranked.user[cell]!, ranked.item[cell]!),
})
