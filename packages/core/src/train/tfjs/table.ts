import type { Kernels, OptimizedTable, Optimizer } from '@recspec/kernels'
import { initialState, slots, updatesUnreadRows } from '@recspec/kernels'
import type { Lookup } from '../../program/batch.js'
import type { TableRows } from '../../program/program.js'
import { scaleInPlace, squaredNorm } from '../vector.js'

/** The penalty of a table's rows per reading: 2 · l2 · n_row^(nu − 1), and how many readings a row is expected to get. */
export interface Penalty {
  readonly l2: number
  readonly nu: number
  readonly counts: Float64Array
}

/** A table in training: gradients of a step are summed per row, then each touched row takes one optimizer step, or every row where the rule moves unread ones. */
export interface TableTrainer {
  readonly state: Float32Array
  /** Adds the gradient of a reading: one row per entry of the axis for `one` and `bag`, one per place for `sequence`. */
  add(reading: Lookup, gradient: Float32Array): void
  /** Adds the penalty of a reading; `reads` says how often each entry of the axis is read, `examples` what the batch mean divides by. */
  penalize(reading: Lookup, reads: Float32Array, examples: number): void
  /** The squared length of the sums, penalties included. */
  squares(): number
  /** Shrinks every touched row to `keep` of it, moves it by `clip` of its sum, and forgets the sums. */
  update(rate: number, step: number, keep: number, clip: number): void
}

/** Buffers for one table; their size follows the batch, but for one whole number per row of the table; or the table, where every row moves. */
export const tableTrainer = (kernels: Kernels, table: TableRows, rule: Optimizer, penalty: Penalty): TableTrainer => {
  const { values, height, spec } = table
  const { dim } = spec
  const state = kernels.float32(height * slots(rule, dim)).fill(initialState(rule))
  const rows: OptimizedTable = { values, state, width: dim }
  const slotOf = new Int32Array(height).fill(-1)
  const every = updatesUnreadRows(rule)
  const room = every ? height : 1024
  let touched = kernels.int32(room)
  let sums = kernels.float32(room * dim)
  let scale = new Float32Array(room)
  let count = 0

  const slot = (row: number): number => {
    const known = slotOf[row]!
    if (known >= 0) return known
    if (count === touched.length) {
      touched = doubled(touched, kernels.int32(2 * count))
      sums = doubled(sums, kernels.float32(2 * count * dim))
      scale = doubled(scale, new Float32Array(2 * count))
    }
    touched[count] = row
    slotOf[row] = count
    return count++
  }

  const addRow = (row: number, gradient: Float32Array, from: number, weight: number) => {
    const to = slot(row) * dim
    for (let lane = 0; lane < dim; lane++) sums[to + lane]! += weight * gradient[from + lane]!
  }

  const applyPenalty = () => {
    for (let k = 0; k < count; k++) {
      const row = touched[k]!
      const by = scale[k]!
      if (by !== 0) for (let lane = 0; lane < dim; lane++) sums[k * dim + lane]! += by * values[row * dim + lane]!
    }
    scale.fill(0, 0, count)
  }

  const addRows = (rows: Int32Array, gradient: Float32Array) => {
    const places = new Int32Array(rows.length)
    for (let k = 0; k < rows.length; k++) places[k] = slot(rows[k]!)
    kernels.accumulate(gradient, dim, places, sums)
  }

  return {
    state,
    squares: () => {
      applyPenalty()
      return squaredNorm(sums, 0, count * dim)
    },
    add: (reading, gradient) =>
      reading.of === 'one'
        ? addRows(reading.rows, gradient)
        : eachRow(reading, (row, entry, weight) => addRow(row, gradient, entry * dim, weight)),
    penalize: (reading, reads, examples) => {
      const { l2, nu, counts } = penalty
      if (l2 === 0) return
      const factor = (2 * l2) / examples
      eachRow(reading, (row, _, __, owner) => {
        if (reads[owner] === 0 || counts[row] === 0) return
        scale[slot(row)]! += factor * reads[owner]! * (nu === 1 ? 1 : counts[row]! ** (nu - 1))
      })
    },
    update: (rate, step, keep, clip) => {
      applyPenalty()
      if (every) for (let row = 0; row < height; row++) slot(row)
      for (let k = 0; k < count; k++) {
        const row = touched[k]!
        if (keep !== 1) scaleInPlace(values, keep, row * dim, dim)
        slotOf[row] = -1
      }
      if (clip !== 1) scaleInPlace(sums, clip, 0, count * dim)
      kernels.update(rule, rows, touched.subarray(0, count), sums.subarray(0, count * dim), rate, step)
      sums.fill(0, 0, count * dim)
      count = 0
    },
  }
}

const doubled = <A extends { set(from: A): void }>(from: A, to: A): A => {
  to.set(from)
  return to
}

/** Calls back for every row a reading touches: which gradient row it gets, by what weight, and the entry of the axis it belongs to. */
export const eachRow = (
  reading: Lookup,
  visit: (row: number, gradient: number, weight: number, entry: number) => void,
): void => {
  const { rows } = reading
  if (reading.of === 'one') for (let k = 0; k < rows.length; k++) visit(rows[k]!, k, 1, k)
  else if (reading.of === 'bag')
    for (let k = 0; k + 1 < reading.start.length; k++)
      for (let place = reading.start[k]!; place < reading.start[k + 1]!; place++)
        visit(rows[place]!, k, reading.weights[place]!, k)
  else
    for (let place = 0; place < rows.length; place++)
      if (reading.mask[place]) visit(rows[place]!, place, 1, Math.floor(place / reading.length))
}
