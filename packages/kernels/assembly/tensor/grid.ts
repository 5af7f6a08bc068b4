import { at } from '../vector'
import { multiply } from './product'

/** Rows of a block, and columns of a chunk, of a grid of scores: a chunk of a block stays in the cache. */
export const GRID_ROWS: i32 = 32
export const GRID_COLUMNS: i32 = 256

/** Scores of all rows of `left` with all rows of `right`, divided by the temperature: what the softmax is taken of. */
@unmanaged
export class Grid {
  /** [rows, width] */
  left: usize
  /** The transpose of `right` in panels: [width, columns]. */
  panels: usize
  /** The column of each row's positive. */
  own: usize
  /** Columns that do not count for a row: places in `excluded` where its list starts; 0: none. */
  start: usize
  excluded: usize
  /** Subtracted from the scores of a column; 0: nothing is. */
  shift: usize
  rows: i32
  columns: i32
  width: i32
  inverse: f32
}

/** Scores of `rows` rows from `row` and `columns` columns from `column`, a row each GRID_COLUMNS numbers. */
export function scoreChunk(
  grid: Grid, row: i32, rows: i32, column: i32, columns: i32, scores: usize, scratch: usize,
): void {
  const pitch = <usize>GRID_COLUMNS << 2, width = <usize>grid.width << 2
  memory.fill(scores, 0, <usize>rows * pitch)
  const panels = grid.panels + (<usize>column * width)
  multiply(grid.left + <usize>row * width, width, 4, rows, grid.width, panels, columns, scores, pitch, scratch)
  const inverse = f32x4.splat(grid.inverse)
  for (let r = 0; r < rows; r++) {
    const to = scores + <usize>r * pitch
    for (let place = 0; place < GRID_COLUMNS; place += 4) {
      const place4 = <usize>place << 2
      v128.store(to + place4, f32x4.mul(v128.load(to + place4), inverse))
    }
    if (grid.shift)
      for (let place = 0; place < columns; place++) {
        const number = to + (<usize>place << 2)
        store<f32>(number, load<f32>(number) - load<f32>(grid.shift + (<usize>(column + place) << 2)))
      }
    for (let place = columns; place < GRID_COLUMNS; place++)
      store<f32>(to + (<usize>place << 2), f32.NEGATIVE_INFINITY)
    if (!grid.start) continue
    const own = at(grid.own, row + r)
    for (let k = at(grid.start, row + r), end = at(grid.start, row + r + 1); k < end; k++) {
      const place = at(grid.excluded, k)
      if (place != own && place >= column && place < column + columns)
        store<f32>(to + (<usize>(place - column) << 2), f32.NEGATIVE_INFINITY)
    }
  }
}
