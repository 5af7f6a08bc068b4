import type { Kernels, OptimizedTable, Optimizer } from '@recspec/kernels'
import { initialState, slots, updatesUnreadRows } from '@recspec/kernels'
import type { Lookup } from '../../program/batch.js'
import type { TableRows } from '../../program/program.js'
import { scaleInPlace, squaredNorm } from '../vector.js'

/** l2 of a table, with gradient 2 · l2 · n_row^(nu − 1) · row per read, and the expected reads of each row. */
export interface Penalty {
  readonly l2: number
  readonly nu: number
  readonly counts: Float64Array
}

/** Rows whose penalties are added at a time. */
const CHUNK = 256
const inOrder = Int32Array.from({ length: CHUNK }, (_, k) => k)

type Bag = Extract<Lookup, { readonly of: 'bag' }>

/**
 * A table in training. Gradients of a step are summed per row; then each touched row takes one optimizer step, or
 * every row where the optimizer updates unread rows.
 */
export interface TableTrainer {
  readonly state: Float32Array
  /** Adds the gradient of a lookup: one row per axis entry for `one` and `bag`, per position for `sequence`. */
  add(lookup: Lookup, gradient: Float32Array): void
  /** Adds the penalty of a lookup; `reads` counts the reads of each axis entry, `examples` divides the batch mean. */
  penalize(lookup: Lookup, reads: Float32Array, examples: number): void
  /** The squared norm of the gradient sums, including penalties. */
  squares(): number
  /** Multiplies touched rows by `keep`, updates them with `clip` times their gradient sum, and clears the sums. */
  update(rate: number, step: number, keep: number, clip: number): void
}

/**
 * Allocates the buffers of one table: their size follows the batch (or the table, where every row is updated), plus
 * one integer per row of the table.
 */
export const tableTrainer = (
  kernels: Kernels,
  table: TableRows,
  optimizer: Optimizer,
  penalty: Penalty,
): TableTrainer => {
  const { values, height, spec } = table
  const { dim } = spec
  const state = kernels.float32(height * slots(optimizer, dim)).fill(initialState(optimizer))
  const rows: OptimizedTable = { values, state, width: dim }
  const slotOf = new Int32Array(height).fill(-1)
  const updatesAll = updatesUnreadRows(optimizer)
  const capacity = updatesAll ? height : 1024
  let touched = kernels.int32(capacity)
  let sums = kernels.float32(capacity * dim)
  let scale = new Float32Array(capacity)
  const chunk = kernels.float32(penalty.l2 > 0 ? CHUNK * dim : 0)
  let count = 0
  let penalized = false

  const slot = (row: number): number => {
    const found = slotOf[row]!
    if (found >= 0) return found
    if (count === touched.length) {
      touched = doubled(touched, kernels.int32(2 * count))
      sums = doubled(sums, kernels.float32(2 * count * dim))
      scale = doubled(scale, new Float32Array(2 * count))
    }
    touched[count] = row
    slotOf[row] = count
    return count++
  }

  /** The sum of a row that bags read is a bag of their gradients: entry k of the lists of rows, by their places. */
  const addBags = ({ start, rows: read, weights }: Bag, gradient: Float32Array) => {
    const before = count
    const places = read.map((row) => slot(row))
    const from = new Int32Array(count + 1)
    for (const place of places) from[place + 1]!++
    for (let place = 0; place < count; place++) from[place + 1]! += from[place]!
    const next = from.slice()
    const entries = new Int32Array(places.length)
    const sorted = new Float32Array(places.length)
    for (let entry = 0; entry + 1 < start.length; entry++)
      for (let k = start[entry]!; k < start[entry + 1]!; k++) {
        const at = next[places[k]!]!++
        entries[at] = entry
        sorted[at] = weights[k]!
      }
    if (before === 0) return kernels.bag(gradient, dim, from, entries, sorted, sums.subarray(0, count * dim))
    const found = new Float32Array(count * dim)
    kernels.bag(gradient, dim, from, entries, sorted, found)
    kernels.accumulate(
      found,
      dim,
      Int32Array.from({ length: count }, (_, place) => (from[place] === from[place + 1] ? -1 : place)),
      sums,
    )
  }

  const applyPenalty = () => {
    if (!penalized) return
    for (let from = 0; from < count; from += CHUNK) {
      const to = Math.min(count, from + CHUNK)
      const read = chunk.subarray(0, (to - from) * dim)
      kernels.gather(values, dim, touched.subarray(from, to), read)
      kernels.accumulate(
        read,
        dim,
        inOrder.subarray(0, to - from),
        sums.subarray(from * dim, to * dim),
        scale.subarray(from, to),
      )
    }
    scale.fill(0, 0, count)
    penalized = false
  }

  /** Adds gradient k to row rows[k] where `mask` is not 0. */
  const addRows = (rows: Int32Array, gradient: Float32Array, mask?: Float32Array) => {
    const places = new Int32Array(rows.length)
    for (let k = 0; k < rows.length; k++) places[k] = mask && mask[k] === 0 ? -1 : slot(rows[k]!)
    kernels.accumulate(gradient, dim, places, sums)
  }

  return {
    state,
    squares: () => {
      applyPenalty()
      return squaredNorm(sums, 0, count * dim)
    },
    add: (lookup, gradient) =>
      lookup.of !== 'bag'
        ? addRows(lookup.rows, gradient, lookup.of === 'sequence' ? lookup.mask : undefined)
        : addBags(lookup, gradient),
    penalize: (lookup, reads, examples) => {
      const { l2, nu, counts } = penalty
      if (l2 === 0) return
      const factor = (2 * l2) / examples
      penalized = true
      eachRow(lookup, (row, _, __, owner) => {
        if (reads[owner] === 0 || counts[row] === 0) return
        scale[slot(row)]! += factor * reads[owner]! * (nu === 1 ? 1 : counts[row]! ** (nu - 1))
      })
    },
    update: (rate, step, keep, clip) => {
      applyPenalty()
      if (updatesAll) for (let row = 0; row < height; row++) slot(row)
      for (let k = 0; k < count; k++) {
        const row = touched[k]!
        if (keep !== 1) scaleInPlace(values, keep, row * dim, dim)
        slotOf[row] = -1
      }
      if (clip !== 1) scaleInPlace(sums, clip, 0, count * dim)
      kernels.update(optimizer, rows, touched.subarray(0, count), sums.subarray(0, count * dim), rate, step)
      sums.fill(0, 0, count * dim)
      count = 0
    },
  }
}

const doubled = <A extends { set(from: A): void }>(from: A, to: A): A => {
  to.set(from)
  return to
}

/** Visits every row of a lookup with the row of its gradient, its weight, and the axis entry it belongs to. */
export const eachRow = (
  lookup: Lookup,
  visit: (row: number, gradient: number, weight: number, entry: number) => void,
): void => {
  const { rows } = lookup
  if (lookup.of === 'one') for (let k = 0; k < rows.length; k++) visit(rows[k]!, k, 1, k)
  else if (lookup.of === 'bag')
    for (let k = 0; k + 1 < lookup.start.length; k++)
      for (let place = lookup.start[k]!; place < lookup.start[k + 1]!; place++)
        visit(rows[place]!, k, lookup.weights[place]!, lookup.steps ? Math.floor(k / lookup.steps.length) : k)
  else
    for (let place = 0; place < rows.length; place++)
      if (lookup.mask[place]) visit(rows[place]!, place, 1, Math.floor(place / lookup.length))
}
