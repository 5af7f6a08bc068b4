import { code, first, LEAST, pace } from './rules/settings'
import { madd, sum } from './vector'

/** The rate of a row under Adagrad by rows, its state brought up to date with its squared gradient. */
// @ts-ignore: decorator
@inline
function paceOf(squares: f32, state: usize, bytes: usize): f32 {
  const total = load<f32>(state) + squares / <f32>(bytes >> 2)
  store<f32>(state, total)
  return pace / max(sqrt(total) + first, LEAST)
}

/**
 * A user's row x and two items' rows y and w move at once, each read and written once: x along −(e·y + f·w + penaltyX·x), y along
 * −(e·x + penaltyY·y), w along −(f·x + penaltyW·w). For rules with one rate for a whole row: plain descent, or Adagrad by rows, with
 * a number of state for each. `bytes` is a multiple of 16; y and w are not the same.
 */
export function pair(
  x: usize, y: usize, w: usize, bytes: usize, e: f32, f: f32, penaltyX: f32, penaltyY: f32, penaltyW: f32,
  stateX: usize, stateY: usize, stateW: usize,
): void {
  const e4 = f32x4.splat(e), f4 = f32x4.splat(f)
  let paceX = pace, paceY = pace, paceW = pace
  if (code != 0) {
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
    paceX = paceOf(sum(sx), stateX, bytes)
    paceY = paceOf(sum(sy), stateY, bytes)
    paceW = paceOf(sum(sw), stateW, bytes)
  }
  const keepX = f32x4.splat(1 - paceX * penaltyX), keepY = f32x4.splat(1 - paceY * penaltyY), keepW = f32x4.splat(1 - paceW * penaltyW)
  const xe = f32x4.splat(paceX * e), xf = f32x4.splat(paceX * f), ye = f32x4.splat(paceY * e), wf = f32x4.splat(paceW * f)
  let z: usize = 0
  do {
    const xs = v128.load(x + z), ys = v128.load(y + z), ws = v128.load(w + z)
    v128.store(x + z, f32x4.sub(f32x4.mul(keepX, xs), madd(xf, ws, f32x4.mul(xe, ys))))
    v128.store(y + z, f32x4.sub(f32x4.mul(keepY, ys), f32x4.mul(ye, xs)))
    v128.store(w + z, f32x4.sub(f32x4.mul(keepW, ws), f32x4.mul(wf, xs)))
    z += 16
  } while (z < bytes)
}
