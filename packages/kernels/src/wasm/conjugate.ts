import type { HalfStep, Solved } from '../kernels.js'
import { turn, type Wide, widen } from './basis.js'
import { type Context, shared } from './context.js'
import { type Lease, openLease } from './lease.js'
import { heaviestFirst } from './order.js'

/** Bytes of gathered rows that a thread keeps: a row with more cells than fit is long. */
const KEPT = 256 * 1024
/** Bytes of `fixed` that long rows sweep at a time, and bytes of their state at a time. */
const BLOCK = 256 * 1024
const STATE = 128 * 1024 * 1024
/** Cells of a slice: a longer row is cut, or it would be what the other threads wait for. */
const SLICE = 4096
/** Groups of slices for each thread: few, because a group reads all of `fixed`. Which group a slice is in changes no result. */
const GROUPS = 4

export interface Steps {
  readonly steps: number
  readonly tolerance?: number | undefined
}

/** Preconditioned conjugate gradients on every row, in the eigenbasis of the Gram matrix. */
export const conjugate = async (context: Context, half: HalfStep, { steps, tolerance = 0 }: Steps): Promise<Solved> => {
  const { heap, pool, threads } = context
  const { dim, start, index, weight, target, unobserved, ridge } = half
  const rows = start.length - 1
  if (rows <= 0 || dim === 0) return { jittered: 0, kept: 0 }
  const lease = openLease(heap)
  try {
    const wide = widen(context, lease, half, unobserved !== 0)
    const eigen = await turn(context, lease, half, wide)
    const row = wide.width * 4
    const kept = Math.floor(KEPT / row)
    const order = lease.bytes(rows * 4)
    const ordered = heap.int32(order, rows)
    heaviestFirst(start, ordered)
    let long = 0
    while (long < rows && start[ordered[long]! + 1]! - start[ordered[long]!]! > kept) long++

    const [starts, ...cells] = [start, index, weight, target].map((array) => lease.input(array)) as [
      number,
      ...number[],
    ]
    const failed = lease.zeros(rows * 4)
    const scratch = Array.from({ length: threads }, () => lease.bytes((kept + 4) * row))
    const regular = lease.input(ridge)
    const enough = tolerance * tolerance
    const plan = { wide, eigen, cells, regular, failed, steps, enough }
    const most = Math.max(1, Math.floor(STATE / (5 * row)))
    for (let from = 0; from < long; from += most) {
      await sweeps(context, half, plan, ordered.subarray(from, Math.min(long, from + most)))
    }
    const sides = [wide.solved, wide.fixed, row, rows - long, starts, ...cells, unobserved, regular]
    const args = [...sides, order + long * 4, eigen, steps, enough, failed]
    await pool.run(start[rows]! * dim * (4 * steps + 6), shared('conjugate', args, scratch, lease.zeros(64)))
    const outcome = rescue(context, lease, half, plan, starts)
    wide.finish()
    return outcome
  } finally {
    lease.end()
  }
}

interface Plan {
  readonly wide: Wide
  readonly eigen: number
  readonly cells: readonly number[]
  readonly regular: number
  readonly failed: number
  readonly steps: number
  readonly enough: number
}

/** Long rows together, a pass at a time. */
const sweeps = async (context: Context, half: HalfStep, plan: Plan, order: Int32Array): Promise<void> => {
  const { heap, pool, threads } = context
  const { start, dim, unobserved } = half
  const { wide, eigen, cells, regular, failed, steps, enough } = plan
  const row = wide.width * 4
  const lease = openLease(heap)
  try {
    const state = lease.bytes(order.length * 4 * row)
    const progress = lease.bytes(order.length * 8)
    const cut = Array.from(order, (own) => Math.ceil((start[own + 1]! - start[own]!) / SLICE))
    const count = cut.reduce((sum, slices) => sum + slices, 0)
    const rest = lease.bytes((count - order.length) * 3 * row)
    const slices = new Int32Array(count * 8)
    const longs = new Int32Array(order.length * 6)
    let slice = 0
    let beside = rest
    let entries = 0
    for (const [turn, own] of order.entries()) {
      const x = wide.solved + own * row
      const mine = state + turn * 4 * row
      const rz = progress + turn * 8
      longs.set([own, x, mine, rz, beside, cut[turn]!], turn * 6)
      const [first, n] = [start[own]!, start[own + 1]! - start[own]!]
      entries += n
      for (let s = 0; s < cut[turn]!; s++, slice++) {
        const ends = [s, s + 1].map((edge) => first + Math.floor((n * edge) / cut[turn]!))
        const sums = s === 0 ? [mine, mine + 3 * row, mine + 2 * row] : [beside, beside + row, beside + 2 * row]
        if (s > 0) beside += 3 * row
        slices.set([...ends, x, mine + row, ...sums, rz], slice * 8)
      }
    }
    const bounds = groups(slices, Math.min(count, threads * GROUPS), entries)
    const table = lease.input(slices)
    const next = lease.bytes(count * 4)
    const edges = lease.input(bounds)
    const block = Math.max(1, Math.floor(BLOCK / row))
    const pass = [
      table,
      next,
      edges,
      bounds.length - 1,
      wide.fixed,
      row,
      half.fixed.length / dim,
      block,
      ...cells,
      unobserved,
    ]
    const between = [lease.input(longs), order.length, row, regular, eigen]
    for (let step = 0; step <= steps; step++) {
      const one = (kernel: string, args: readonly number[]) => {
        const cursor = lease.zeros(64)
        return () => [{ kernel, args: [...args, cursor] }]
      }
      await pool.run(4 * entries * dim, one('sweep', [...pass, step === 0 ? 1 : 0]))
      await pool.run(order.length * dim * 40, one('gain', [...between, step, steps, enough, failed]))
    }
  } finally {
    lease.end()
  }
}

/** Where groups of about as many cells each begin and end among slices. */
const groups = (slices: Int32Array, count: number, entries: number): Int32Array => {
  const bounds = new Int32Array(count + 1)
  let seen = 0
  for (let slice = 0, group = 0; slice < slices.length / 8; slice++) {
    seen += slices[slice * 8 + 1]! - slices[slice * 8]!
    while (group < count && seen * count >= entries * (group + 1)) bounds[++group] = slice + 1
  }
  return bounds
}

/** Rows that left the finite numbers, solved exactly one by one. */
const rescue = ({ heap, pool }: Context, lease: Lease, half: HalfStep, plan: Plan, starts: number): Solved => {
  const rows = half.start.length - 1
  const { width, solved, fixed } = plan.wide
  const failed = heap.int32(plan.failed, rows)
  const outcomes = [0, 0, 0]
  let everyone = 0
  let work = 0
  for (let row = failed.indexOf(1); row >= 0; row = failed.indexOf(1, row + 1)) {
    if (work === 0) {
      everyone = lease.zeros(width * width * 8)
      work = lease.bytes((2 * width + 3) * width * 8)
      const diagonal = heap.float32(plan.eigen, width)
      const matrix = heap.float64(everyone, width * width)
      for (let i = 0; i < width; i++)
        matrix[i * (width + 1)] = half.unobserved === 0 ? 0 : diagonal[i]! / half.unobserved
      for (let i = half.dim; i < width; i++) matrix[i * (width + 1)] = 1
    }
    const args = [solved, fixed, width, row, starts, ...plan.cells, half.unobserved, everyone, plan.regular, work]
    const outcome = pool.here['rescue']!(...args)!
    outcomes[outcome]!++
  }
  return { jittered: outcomes[1]!, kept: outcomes[2]! }
}
