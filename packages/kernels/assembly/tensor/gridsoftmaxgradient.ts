import { at } from '../vector'
import { Grid, GRID_COLUMNS, GRID_ROWS, scoreChunk } from './grid'
import { multiply, pack } from './product'
import { exponentials, scale } from './softmax'

/** Gradients of `gridSoftmax` by left, and of each group of blocks of rows those by right. */
@unmanaged
class GridSoftmaxGradientJob {
  grid: usize
  logarithms: usize
  /** [rows] */
  dy: usize
  /** `right` in panels, those of GRID_COLUMNS rows together. */
  panels: usize
  panelsBytes: usize
  dleft: usize
  /** [groups, columns, width] */
  partials: usize
  /** Rows of a task. */
  rowBlock: i32
  spare: usize
  threadBytes: usize
}

/** Task: a group of blocks of rows. */
export function gridSoftmaxGradient(address: usize, task: i32, scratch: usize): void {
  const job = changetype<GridSoftmaxGradientJob>(address)
  const grid = changetype<Grid>(job.grid)
  const width = <usize>grid.width << 2, pitch = <usize>GRID_COLUMNS << 2
  const scores = job.spare + <usize>load<i32>(scratch, 128) * job.threadBytes
  const leftPanels = scores + <usize>GRID_ROWS * pitch
  const partial = job.partials + <usize>task * <usize>grid.columns * width
  memory.fill(partial, 0, <usize>grid.columns * width)
  const end = min(grid.rows, (task + 1) * job.rowBlock)
  for (let row = task * job.rowBlock; row < end; row += GRID_ROWS) {
    const rows = min(GRID_ROWS, end - row)
    const left = grid.left + <usize>row * width, dleft = job.dleft + <usize>row * width
    memory.fill(dleft, 0, <usize>rows * width)
    pack(left, width, 4, rows, grid.width, leftPanels)
    for (let column = 0, chunk: usize = 0; column < grid.columns; column += GRID_COLUMNS, chunk++) {
      const columns = min(GRID_COLUMNS, grid.columns - column)
      scoreChunk(grid, row, rows, column, columns, scores, scratch)
      for (let r = 0; r < rows; r++) slopes(job, grid, row + r, column, columns, scores + <usize>r * pitch)
      const right = job.panels + chunk * job.panelsBytes
      multiply(scores, pitch, 4, rows, columns, right, grid.width, dleft, width, scratch)
      const to = partial + <usize>column * width
      multiply(scores, 4, pitch, columns, rows, leftPanels, grid.width, to, width, scratch)
    }
  }
}

/** Scores of a row become the gradients by the products of its chunk. */
function slopes(job: GridSoftmaxGradientJob, grid: Grid, row: i32, column: i32, columns: i32, chunk: usize): void {
  const place = <usize>row << 2, bytes = <usize>GRID_COLUMNS << 2
  const factor = load<f32>(job.dy + place) * grid.inverse
  exponentials(chunk, chunk, bytes, load<f32>(job.logarithms + place))
  scale(chunk, bytes, factor)
  const own = at(grid.own, row) - column
  if (own < 0 || own >= columns) return
  const number = chunk + (<usize>own << 2)
  store<f32>(number, load<f32>(number) - factor)
}
