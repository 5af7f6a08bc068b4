import { at } from '../vector'
import { Grid, GRID_COLUMNS, GRID_ROWS, scoreChunk } from './grid'
import { exponentials, largestOf } from './softmax'

/** Softmax cross-entropy of each row's positive among the columns of a grid, without keeping the scores. */
@unmanaged
class GridSoftmaxJob {
  grid: usize
  /** [rows]: the loss, and ln Σ e^score. */
  out: usize
  logarithms: usize
  /** Scores of every thread, `threadBytes` each. */
  spare: usize
  threadBytes: usize
}

/** Task: a block of rows. */
export function gridSoftmax(address: usize, task: i32, scratch: usize): void {
  const job = changetype<GridSoftmaxJob>(address)
  const grid = changetype<Grid>(job.grid)
  const row = task * GRID_ROWS
  const rows = min(GRID_ROWS, grid.rows - row)
  const scores = job.spare + <usize>load<i32>(scratch, 128) * job.threadBytes
  const pitch = <usize>GRID_COLUMNS << 2
  // the largest score so far, Σ e^(score − largest) and the positive's score of each row
  const running = scores + <usize>GRID_ROWS * pitch
  for (let r = 0; r < rows; r++) {
    store<f32>(running + (<usize>r * 12), f32.NEGATIVE_INFINITY)
    store<f32>(running + (<usize>r * 12), 0, 4)
  }
  for (let column = 0; column < grid.columns; column += GRID_COLUMNS) {
    const columns = min(GRID_COLUMNS, grid.columns - column)
    scoreChunk(grid, row, rows, column, columns, scores, scratch)
    for (let r = 0; r < rows; r++) {
      const state = running + <usize>r * 12, chunk = scores + <usize>r * pitch
      const own = at(grid.own, row + r) - column
      if (own >= 0 && own < columns) store<f32>(state, load<f32>(chunk + (<usize>own << 2)), 8)
      const before = load<f32>(state)
      const largest = max<f32>(before, largestOf(chunk, pitch))
      if (largest == f32.NEGATIVE_INFINITY) continue
      const faded: f32 = before == f32.NEGATIVE_INFINITY ? 0 : <f32>Math.exp(<f64>(before - largest))
      store<f32>(state, largest)
      store<f32>(state, load<f32>(state, 4) * faded + exponentials(chunk, chunk, pitch, largest), 4)
    }
  }
  for (let r = 0; r < rows; r++) {
    const state = running + <usize>r * 12, place = <usize>(row + r) << 2
    const logarithm = load<f32>(state) + <f32>Math.log(<f64>load<f32>(state, 4))
    store<f32>(job.logarithms + place, logarithm)
    store<f32>(job.out + place, logarithm - load<f32>(state, 8))
  }
}
