import type { ItemMatrix, MatrixArrays } from '@recspec/core'
import { type Kernels, matrixKernels } from '@recspec/kernels'
import { sparseArrays } from '../linear/formats/sparse.js'
import { stacked, type ValuedRows } from '../linear/formats/stacked.js'
import { pause } from '../linear/pause.js'

/** Rows that are computed at once. */
const ROWS = 64

/** The `most` largest numbers of each row of any matrix, computed a block of rows at a time. */
export const prunedRows = async (
  kernels: Kernels,
  { scores }: ItemMatrix,
  items: number,
  most: number,
  between: (done: number, total: number) => void,
): Promise<MatrixArrays> => {
  const matrices = matrixKernels(kernels)
  const parts: ValuedRows[] = []
  for (let from = 0; from < items; from += ROWS) {
    const count = Math.min(ROWS, items - from)
    const block = scores({
      start: Int32Array.from({ length: count + 1 }, (_, at) => at),
      index: Int32Array.from({ length: count }, (_, at) => from + at),
    })
    const kept = matrices.largestOfRows(block, items, most)
    parts.push({ start: kept.start.slice(), index: kept.index.slice(), values: kept.values.slice() })
    for (const array of [kept.start, kept.index, kept.values]) matrices.free(array)
    await pause({ between }, from + count, items)
  }
  return sparseArrays(stacked(parts))
}
