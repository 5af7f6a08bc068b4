import type { ItemMatrix } from '@recspec/core'
import type { Arrays } from '../linear/formats/part.js'
import { sparseArrays } from '../linear/formats/sparse.js'
import { pause } from '../linear/pause.js'
import { largestOfSparse } from '../linear/slim.js'

/** Rows that are computed at once. */
const ROWS = 64

/** The `most` largest numbers of each row of any matrix, computed a block of rows at a time. */
export const prunedRows = async (
  { scores }: ItemMatrix,
  items: number,
  most: number,
  between: (done: number, total: number) => void,
): Promise<Arrays> => {
  const start = new Int32Array(items + 1)
  const [index, values]: [number[], number[]] = [[], []]
  const columns = Int32Array.from({ length: items }, (_, column) => column)
  for (let from = 0; from < items; from += ROWS) {
    const count = Math.min(ROWS, items - from)
    const block = scores({
      start: Int32Array.from({ length: count + 1 }, (_, at) => at),
      index: Int32Array.from({ length: count }, (_, at) => from + at),
    })
    for (let row = 0; row < count; row++) {
      const own = {
        start: Int32Array.of(0, items),
        index: columns,
        values: block.subarray(row * items, (row + 1) * items),
      }
      const kept = largestOfSparse(own, most)
      for (const [at, column] of kept.index.entries()) {
        if (kept.values[at] === 0) continue
        index.push(column)
        values.push(kept.values[at]!)
      }
      start[from + row + 1] = index.length
    }
    await pause({ between }, from + count, items)
  }
  return sparseArrays({ start, index: Int32Array.from(index), values: Float32Array.from(values) })
}
