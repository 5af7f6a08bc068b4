import * as tf from '@tensorflow/tfjs-core'

/** out[k] = values[rows[k]], row by row. */
export const copyRows = (values: Float32Array, rows: Int32Array, width: number, out: Float32Array): void => {
  for (let k = 0; k < rows.length; k++) {
    const from = rows[k]! * width
    const to = k * width
    for (let lane = 0; lane < width; lane++) out[to + lane] = values[from + lane]!
  }
}

/** out[rows[k]] += values[k] with k ascending, so that sums depend only on the order of rows. */
export const addRows = (values: Float32Array, rows: Int32Array, width: number, out: Float32Array): void => {
  for (let k = 0; k < rows.length; k++) {
    const to = rows[k]! * width
    const from = k * width
    for (let lane = 0; lane < width; lane++) out[to + lane]! += values[from + lane]!
  }
}

/** Column sums of a matrix `width` wide, rows in order. */
export const sumColumns = (values: Float32Array, width: number, out: Float32Array): void => {
  out.fill(0)
  for (let from = 0; from < values.length; from += width)
    for (let lane = 0; lane < width; lane++) out[lane]! += values[from + lane]!
}

/** Tile size of a transpose: source and target tiles fit into the cache. */
const TILE = 32

/** out[column, row] = values[row, column], tile by tile. */
export const transpose = (values: Float32Array, height: number, width: number, out: Float32Array): void => {
  for (let top = 0; top < height; top += TILE) {
    const bottom = Math.min(height, top + TILE)
    for (let left = 0; left < width; left += TILE) {
      const right = Math.min(width, left + TILE)
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) out[column * height + row] = values[row * width + column]!
    }
  }
}

/** Gathers values from one axis to another: entry k is values[rows[k]]; the gradient sums over duplicates. */
export const gatherRows = (values: tf.Tensor, rows: tf.Tensor1D): tf.Tensor =>
  tf.customGrad((...given) => {
    const [x, save] = given as unknown as [tf.Tensor, tf.GradSaveFunc]
    save([rows])
    return {
      value: tf.gather(x, rows),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.unsortedSegmentSum(dy, saved[0] as tf.Tensor1D, x.shape[0]!) as tf.Tensor,
    }
  })(values)
