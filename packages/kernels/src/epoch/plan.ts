import type { FusedEpoch, FusedSide } from '../kernels.js'
import { key, mix, permutation } from '../random.js'
import { movesUnread } from '../rules/index.js'

/** Blocks a side is cut into, and the rows a block must have before there are two. */
const GRID = 8
const ROWS = 32

/**
 * How one epoch is cut: `grid` groups of users by `grid` groups of items. Stratum s is the blocks (b, (b + s) mod grid) for every
 * b; they share no row, so they may run at the same time, and what they compute does not depend on which thread runs them.
 */
export interface Plan {
  readonly grid: number
  /** Users of group g: bounds[g] … bounds[g + 1] − 1; balanced by events, the same in every epoch. */
  readonly bounds: Int32Array
  /** Items but row 0, in the random order of this epoch; group g is edges[g] … edges[g + 1] − 1. */
  readonly pool: Int32Array
  readonly edges: Int32Array
  /** Group of each item; −1 for row 0. */
  readonly group: Int32Array
  /** Popularity of the pool, summed up anew in each group. */
  readonly cumulative: Float64Array | undefined
  /** Random key: of a visit to a user, mix(mix(base, user), item group). */
  readonly base: number
}

/** The cut of an epoch, from the shapes, the events and the keys alone. */
export const plan = (work: FusedEpoch): Plan => {
  const { events, items, negatives } = work
  if (movesUnread(work.rule))
    throw new Error(`"${work.rule.name}" moves rows that are not read: that is for mini-batches`)
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

/** What a reading of each row adds to its gradient, as a multiple of the row: 2 · l2 · count^(nu − 1), by segment. */
export const penalties = (side: FusedSide): Float32Array[] =>
  side.segments.map(({ l2, nu }) =>
    Float32Array.from(side.counts, (count) => 2 * l2 * (nu === 1 || count === 0 ? 1 : count ** (nu - 1))),
  )
