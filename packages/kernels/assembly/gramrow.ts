import { at } from './vector'

/** sums[j] += (XᵀX)[column][j] for all j from 0 to `last`, in the order of the rows; values 0: all are 1. */
export function addGramRow(
  rowStart: usize, rowIndex: usize, rowValues: usize, columnStart: usize, columnIndex: usize, columnValues: usize,
  column: i32, last: i32, sums: usize,
): void {
  const end = at(columnStart, column + 1)
  for (let place = at(columnStart, column); place < end; place++) {
    const row = at(columnIndex, place), x: f32 = columnValues ? load<f32>(columnValues + (<usize>place << 2)) : 1
    let from = <usize>at(rowStart, row) << 2
    const to = <usize>at(rowStart, row + 1) << 2
    if (rowValues) {
      for (; from < to; from += 4) {
        const j = load<i32>(rowIndex + from)
        if (j > last) break
        const sum = sums + (<usize>j << 2)
        store<f32>(sum, load<f32>(sum) + x * load<f32>(rowValues + from))
      }
    } else {
      for (; from < to; from += 4) {
        const j = load<i32>(rowIndex + from)
        if (j > last) break
        const sum = sums + (<usize>j << 2)
        store<f32>(sum, load<f32>(sum) + x)
      }
    }
  }
}
