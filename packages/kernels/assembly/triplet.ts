import { SGD } from './optimizers/index.generated'
import { code, first, MIN_DIVISOR, stepSize } from './optimizers/settings'
import { madd, sum } from './vector'

/** The step size of a row under row-wise Adagrad; adds its mean squared gradient to its state. */
// @ts-ignore: decorator
@inline
function stepSizeOf(squares: f32, state: usize, bytes: usize): f32 {
  const total = load<f32>(state) + squares / <f32>(bytes >> 2)
  store<f32>(state, total)
  return stepSize / max(sqrt(total) + first, MIN_DIVISOR)
}

/**
 * Updates a BPR triplet: a user's row x and the rows y and w of two items, each read and written once. x moves along
 * −(e·y + f·w + penaltyX·x), y along −(e·x + penaltyY·y), w along −(f·x + penaltyW·w). For optimizers with one step
 * size for a whole row: plain SGD, or row-wise Adagrad with one number of state a row. `bytes` is a multiple of 16; y
 * and w differ.
 */
export function triplet(
  x: usize, y: usize, w: usize, bytes: usize, e: f32, f: f32, penaltyX: f32, penaltyY: f32, penaltyW: f32,
  stateX: usize, stateY: usize, stateW: usize,
): void {
  const e4 = f32x4.splat(e), f4 = f32x4.splat(f)
  let sizeX = stepSize, sizeY = stepSize, sizeW = stepSize
  if (code != SGD) {
    const lx = f32x4.splat(penaltyX), ly = f32x4.splat(penaltyY), lw = f32x4.splat(penaltyW)
    let sx = f32x4.splat(0), sy = sx, sw = sx
    let z: usize = 0
    do {
      const xs = v128.load(x + z), ys = v128.load(y + z), ws = v128.load(w + z)
      const gx = madd(f4, ws, madd(e4, ys, f32x4.mul(lx, xs)))
      const gy = madd(e4, xs, f32x4.mul(ly, ys)), gw = madd(f4, xs, f32x4.mul(lw, ws))
      sx = madd(gx, gx, sx)
      sy = madd(gy, gy, sy)
      sw = madd(gw, gw, sw)
      z += 16
    } while (z < bytes)
    sizeX = stepSizeOf(sum(sx), stateX, bytes)
    sizeY = stepSizeOf(sum(sy), stateY, bytes)
    sizeW = stepSizeOf(sum(sw), stateW, bytes)
  }
  const keepX = f32x4.splat(1 - sizeX * penaltyX), keepY = f32x4.splat(1 - sizeY * penaltyY)
  const keepW = f32x4.splat(1 - sizeW * penaltyW)
  const xe = f32x4.splat(sizeX * e), xf = f32x4.splat(sizeX * f), ye = f32x4.splat(sizeY * e)
  const wf = f32x4.splat(sizeW * f)
  let z: usize = 0
  do {
    const xs = v128.load(x + z), ys = v128.load(y + z), ws = v128.load(w + z)
    v128.store(x + z, f32x4.sub(f32x4.mul(keepX, xs), madd(xf, ws, f32x4.mul(xe, ys))))
    v128.store(y + z, f32x4.sub(f32x4.mul(keepY, ys), f32x4.mul(ye, xs)))
    v128.store(w + z, f32x4.sub(f32x4.mul(keepW, ws), f32x4.mul(wf, xs)))
    z += 16
  } while (z < bytes)
}
