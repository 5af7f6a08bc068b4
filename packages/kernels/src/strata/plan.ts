import type { FusedEpoch, FusedSide } from '../fused.js'
import { updatesUnreadRows } from '../optimizers/optimizer.js'
import { key, mix, permutation } from '../random.js'

/** Groups of a side at most, and rows that a group must have. */
const GRID = 8
const ROWS = 32

/**
 * How an epoch is cut: `grid` groups of users by `grid` groups of items (Gemulla et al., KDD 2011). Stratum s is the
 * blocks (b, (b + s) mod grid) for every b; they share no row, so they train in parallel and the result does not depend
 * on threads.
 */
export interface Plan {
  readonly grid: number
  /** Group g has users bounds[g] … bounds[g + 1] − 1: balanced by events, the same in every epoch. */
  readonly bounds: Int32Array
  /** Items without row 0, in the random order of this epoch; group g is pool[edges[g]] … pool[edges[g + 1] − 1]. */
  readonly pool: Int32Array
  readonly edges: Int32Array
  /** Group of each item; −1 for row 0. */
  readonly group: Int32Array
  /** Running sums of the popularity of the pool within each group. */
  readonly cumulative: Float64Array | undefined
  /** Random key of the epoch; that of a user's events in an item group is mix(mix(base, user), group). */
  readonly base: number
}

/** The plan of an epoch: it depends on shapes, events and keys only. */
export const plan = (work: FusedEpoch): Plan => {
  const { events, items, negatives } = work
  if (updatesUnreadRows(work.optimizer))
    throw new Error(`optimizer "${work.optimizer.name}" moves unread rows, which needs mini-batches`)
  const users = events.start.length - 1
  const height = items.rows.length / items.width
  const grid = Math.max(1, Math.min(GRID, Math.floor((users - 1) / ROWS), Math.floor((height - 1) / ROWS)))
  const base = key(work.seed, work.phase, work.epoch)

  const bounds = new Int32Array(grid + 1).fill(users)
  const before = users > 0 ? events.start[Math.min(1, users)]! : 0
  const total = events.start[users]! - before
  for (let g = 0, user = Math.min(1, users); g < grid; g++) {
    while (user < users && events.start[user]! - before < (total * g) / grid) user++
    bounds[g] = user
  }

  const count = Math.max(0, height - 1)
  const pool = permutation(count, mix(mix(base, 0), 0)).map((item) => item + 1)
  const edges = Int32Array.from({ length: grid + 1 }, (_, g) => Math.floor((count * g) / grid))
  const group = new Int32Array(height).fill(-1)
  const { popularity } = negatives
  const cumulative = popularity ? new Float64Array(count) : undefined
  for (let g = 0; g < grid; g++) {
    let sum = 0
    for (let at = edges[g]!; at < edges[g + 1]!; at++) {
      group[pool[at]!] = g
      if (popularity) cumulative![at] = sum += popularity[pool[at]!]!
    }
  }

  return { grid, bounds, pool, edges, group, cumulative, base }
}

/**
 * The gradient that one reading of a row adds for the penalty, as a multiple of the row, by segment: 2 · l2 · count^(nu
 * − 1).
 */
export const penalties = (side: FusedSide): Float32Array[] =>
  side.segments.map(({ l2, nu }) =>
    Float32Array.from(side.counts, (count) => 2 * l2 * (nu === 1 || count === 0 ? 1 : count ** (nu - 1))),
  )
