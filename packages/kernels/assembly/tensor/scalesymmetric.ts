/** A symmetric matrix [size, size], of which the lower triangle is stored, with column j times scale[j], in place. */
@unmanaged
class ScaleSymmetricJob {
  matrix: usize
  scale: usize
  size: i32
  /** Rows and columns of a task. */
  block: i32
}

/** Task (block of rows, block of columns), row by row of the triangle of blocks. */
export function scaleSymmetric(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<ScaleSymmetricJob>(address)
  let i = <i32>((sqrt<f64>(8 * <f64>task + 1) - 1) / 2)
  while (i * (i + 1) / 2 > task) i--
  while ((i + 1) * (i + 2) / 2 <= task) i++
  const j = task - i * (i + 1) / 2
  const pitch = <usize>job.size << 2
  const lastRow = min(job.size, (i + 1) * job.block), lastColumn = min(job.size, (j + 1) * job.block)
  for (let row = i * job.block; row < lastRow; row++) {
    const own = load<f32>(job.scale + (<usize>row << 2))
    let lower = job.matrix + <usize>row * pitch + (<usize>(j * job.block) << 2)
    let upper = job.matrix + <usize>(j * job.block) * pitch + (<usize>row << 2)
    let scale = job.scale + (<usize>(j * job.block) << 2)
    for (let column = j * job.block; column < min(lastColumn, row); column++, lower += 4, upper += pitch, scale += 4) {
      const value = load<f32>(lower)
      store<f32>(upper, value * own)
      store<f32>(lower, value * load<f32>(scale))
    }
    if (i == j) store<f32>(lower, load<f32>(lower) * own)
  }
}
