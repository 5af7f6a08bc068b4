import { broken } from './conjugate'
import { factor, substitute } from './factor'
import { plus } from './syrk'
import { at } from './vector'

const PANEL: i32 = 32

/**
 * Solves M a = a in place by Cholesky, raising the diagonal if needed. Returns 0: solved, 1: solved after raising, 2:
 * given up, a is zeros.
 */
function settle(M: usize, T: usize, pitch: usize, right: usize, trial: usize): i32 {
  const count = pitch >> 2
  let trace: f32 = 0
  for (let i: usize = 0; i < count; i++) trace += load<f32>(M + i * (pitch + 4))
  let raised: f32 = 0
  for (let tries = 0; tries <= 3; tries++) {
    memory.copy(T, M, count * pitch)
    memory.copy(trial, right, pitch)
    for (let i: usize = 0; i < count; i++) {
      const to = T + i * (pitch + 4)
      store<f32>(to, load<f32>(to) + raised)
    }
    if (factor(T, pitch)) {
      substitute(T, pitch, trial)
      let finite = true
      for (let i: usize = 0; i < pitch; i += 4) if (!isFinite(load<f32>(trial + i))) finite = false
      if (finite) {
        memory.copy(right, trial, pitch)
        return tries == 0 ? 0 : 1
      }
    }
    raised = raised == 0 ? <f32>1e-6 * trace : 10 * raised
  }
  memory.fill(right, 0, pitch)
  return 2
}

/** Bytes of scratch of `blocks`, zeroed, for rows of at most `cells` cells. */
export function blocksScratch(block: i32, cells: i32): f64 {
  const padded = <f64>((block + 7) & ~7)
  // two panels, two matrices, two vectors, then the scores of the cells
  return 4 * padded * (2 * <f64>PANEL + 2 * padded + 2) + 4 * <f64>cells
}

/**
 * One sweep of iALS++ over the columns of every row, `block` at a time: x_J += A_JJ⁻¹ (b − A x)_J, where the scores of
 * the row's cells are kept up to date. Rows of solved and fixed have `width` numbers.
 */
export function blocks(
  solved: usize, fixed: usize, width: i32, dim: i32, block: i32, rows: i32, start: usize, index: usize, weight: usize,
  target: usize,
  unobserved: f64, ridge: usize, order: usize, eigen: usize, counts: usize, scratch: usize, cursor: usize,
): void {
  const padded = (block + 7) & ~7, pitch = <usize>padded << 2, row = <usize>width << 2
  const P = scratch, Q = P + <usize>PANEL * pitch, M = Q + <usize>PANEL * pitch, T = M + <usize>padded * pitch
  const slope = T + <usize>padded * pitch, trial = slope + pitch, scores = trial + pitch
  for (;;) {
    const from = atomic.add<i32>(cursor, 16), to = min(rows, from + 16)
    if (from >= rows) return
    for (let turn = from; turn < to; turn++) {
      const own = at(order, turn), first = at(start, own), cells = at(start, own + 1) - first
      const x = solved + <usize>own * row, place = <usize>first << 2
      if (cells == 0 || broken(x, row)) memory.fill(x, 0, row)
      if (cells == 0) continue
      const regular = load<f32>(ridge + (<usize>own << 2))
      for (let k = 0; k < cells; k++) {
        const y = fixed + <usize>at(index + place, k) * row
        let sum = f32x4.splat(0)
        for (let z: usize = 0; z < row; z += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(y + z), v128.load(x + z)))
        const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
        store<f32>(scores + (<usize>k << 2), low + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)))
      }
      let worst = 0
      for (let column = 0; column < dim; column += block) {
        const n = min(block, dim - column), bytes = <usize>n << 2, offset = <usize>column << 2
        memory.fill(M, 0, <usize>padded * pitch)
        memory.fill(slope, 0, pitch)
        for (let i = 0; i < padded; i++) {
          const z = <usize>i << 2
          const shared = i < n ? load<f32>(eigen + offset + z) + regular : 1
          store<f32>(M + <usize>i * (pitch + 4), shared)
          if (i < n) store<f32>(slope + z, -shared * load<f32>(x + offset + z))
        }
        for (let k = 0; k < cells; k += PANEL) {
          const count = min(PANEL, cells - k)
          for (let h = 0; h < count; h++) {
            const cell = <usize>(k + h) << 2
            const y = fixed + <usize>at(index + place, k + h) * row + offset
            const c = <f64>load<f32>(weight + place + cell)
            const share = <f32>(c - unobserved)
            const e = <f32>(c * <f64>load<f32>(target + place + cell)) - share * load<f32>(scores + cell)
            const p = P + <usize>h * pitch, q = Q + <usize>h * pitch
            for (let z: usize = 0; z < pitch; z += 4) {
              const value = z < bytes ? load<f32>(y + z) : 0
              store<f32>(p + z, value)
              store<f32>(q + z, share * value)
              store<f32>(slope + z, load<f32>(slope + z) + e * value)
            }
          }
          plus(P, Q, count, pitch, M)
        }
        worst = max(worst, settle(M, T, pitch, slope, trial))
        for (let z: usize = 0; z < bytes; z += 4) {
          store<f32>(x + offset + z, load<f32>(x + offset + z) + load<f32>(slope + z))
        }
        for (let k = 0; k < cells; k++) {
          const y = fixed + <usize>at(index + place, k) * row + offset, score = scores + (<usize>k << 2)
          let sum = load<f32>(score)
          for (let z: usize = 0; z < bytes; z += 4) sum += load<f32>(y + z) * load<f32>(slope + z)
          store<f32>(score, sum)
        }
      }
      if (worst > 0) atomic.add<i32>(counts + (<usize>(worst - 1) << 2), 1)
      if (broken(x, row)) memory.fill(x, 0, row)
    }
  }
}
