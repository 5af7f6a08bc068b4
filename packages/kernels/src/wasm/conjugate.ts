import type { HalfStep, LeastSquaresReport } from '../halfstep.js'
import { rotateToEigenbasis, type Wide, widen } from './basis.js'
import { type Arguments, call, invoke, type KernelName, perThread } from './calls.js'
import type { Context } from './context.js'
import { longestFirst } from './rowlengths.js'
import { type Scratch, withScratchAsync } from './scratch.js'

/** Bytes of gathered rows that a thread keeps: a row with more cells than fit is long. */
const KEPT = 256 * 1024
/** Bytes of `fixed` that long rows sweep at a time, and bytes of their state at a time. */
const BLOCK = 256 * 1024
const STATE = 128 * 1024 * 1024
/** Cells of a slice: a longer row is cut, or the other threads would wait for it. */
const SLICE = 4096
/** Groups of slices per thread: few, because each group reads all of `fixed`. The grouping changes no result. */
const GROUPS = 4

export interface Steps {
  readonly steps: number
  readonly tolerance?: number | undefined
}

/** Preconditioned conjugate gradients on every row, in the eigenbasis of the Gram matrix. */
export const conjugate = async (
  context: Context,
  half: HalfStep,
  { steps, tolerance = 0 }: Steps,
): Promise<LeastSquaresReport> => {
  const { heap, pool, threads } = context
  const { dim, start, index, weight, target, unobserved, ridge } = half
  const rows = start.length - 1
  if (rows <= 0 || dim === 0) return { jittered: 0, kept: 0 }
  return withScratchAsync(heap, async (scratch) => {
    const wide = widen(context, scratch, half, unobserved !== 0)
    const eigen = await rotateToEigenbasis(context, scratch, half, wide)
    const row = wide.width * 4
    const kept = Math.floor(KEPT / row)
    const order = scratch.bytes(rows * 4)
    const ordered = heap.int32(order, rows)
    longestFirst(start, ordered)
    let long = 0
    while (long < rows && start[ordered[long]! + 1]! - start[ordered[long]!]! > kept) long++

    const starts = scratch.input(start)
    const cells = { index: scratch.input(index), weight: scratch.input(weight), target: scratch.input(target) }
    const failed = scratch.zeros(rows * 4)
    const bytes = invoke(pool.here, 'conjugateScratch', { row, kept })
    const own = Array.from({ length: threads }, () => scratch.bytes(bytes))
    const regular = scratch.input(ridge)
    const enough = tolerance * tolerance
    const plan = { wide, eigen, cells, regular, failed, steps, enough }
    const most = Math.max(1, Math.floor(STATE / (5 * row)))
    for (let from = 0; from < long; from += most) {
      await sweeps(context, half, plan, ordered.subarray(from, Math.min(long, from + most)))
    }
    const args = {
      ...{ solved: wide.solved, fixed: wide.fixed, row, count: rows - long, start: starts, ...cells, unobserved },
      ...{ ridge: regular, order: order + long * 4, eigen, steps, enough, failed },
    }
    await pool.run(start[rows]! * dim * (4 * steps + 6), perThread('conjugate', args, own, scratch.cursor()))
    const outcome = rescue(context, scratch, half, plan, starts)
    wide.finish()
    return outcome
  })
}

interface Plan {
  readonly wide: Wide
  readonly eigen: number
  readonly cells: { readonly index: number; readonly weight: number; readonly target: number }
  readonly regular: number
  readonly failed: number
  readonly steps: number
  readonly enough: number
}

/** Long rows, all of them together, one pass over `fixed` per step. */
const sweeps = async (context: Context, half: HalfStep, plan: Plan, order: Int32Array): Promise<void> => {
  const { heap, pool, threads } = context
  const { start, dim, unobserved } = half
  const { wide, eigen, cells, regular, failed, steps, enough } = plan
  const row = wide.width * 4
  await withScratchAsync(heap, async (scratch) => {
    const state = scratch.bytes(order.length * 4 * row)
    const progress = scratch.bytes(order.length * 8)
    const cut = Array.from(order, (own) => Math.ceil((start[own + 1]! - start[own]!) / SLICE))
    const count = cut.reduce((sum, slices) => sum + slices, 0)
    let rest = scratch.bytes((count - order.length) * 3 * row)
    const slices: Parameters<typeof scratch.records<'Slice'>>[1][number][] = []
    const longs: Parameters<typeof scratch.records<'LongRow'>>[1][number][] = []
    let entries = 0
    for (const [turn, own] of order.entries()) {
      const x = wide.solved + own * row
      const mine = state + turn * 4 * row
      const rz = progress + turn * 8
      longs.push({ own, x, state: mine, rz, rest, slices: cut[turn]! })
      const [first, n] = [start[own]!, start[own + 1]! - start[own]!]
      entries += n
      for (let s = 0; s < cut[turn]!; s++) {
        const edge = (place: number) => first + Math.floor((n * place) / cut[turn]!)
        // the first slice sums into the state of its row, the others into rows of their own
        const sums =
          s === 0
            ? { sum: mine, later: mine + 3 * row, diagonal: mine + 2 * row }
            : { sum: rest, later: rest + row, diagonal: rest + 2 * row }
        if (s > 0) rest += 3 * row
        slices.push({ first: edge(s), end: edge(s + 1), x, p: mine + row, ...sums, rz })
      }
    }
    const bounds = groups(slices, Math.min(count, threads * GROUPS), entries)
    const pass = {
      ...{ slices: scratch.records('Slice', slices), next: scratch.bytes(count * 4), bounds: scratch.input(bounds) },
      ...{ groups: bounds.length - 1, fixed: wide.fixed, row, columns: half.fixed.length / dim },
      ...{ block: Math.max(1, Math.floor(BLOCK / row)), ...cells, unobserved },
    }
    const longRows = scratch.records('LongRow', longs)
    const between = { longs: longRows, count: order.length, row, ridge: regular, eigen, steps, enough, failed }
    for (let step = 0; step <= steps; step++) {
      const one = <K extends KernelName>(kernel: K, args: Omit<Arguments<K>, 'cursor'>) => {
        const cursor = scratch.cursor()
        return () => [call(kernel, { ...args, cursor } as unknown as Arguments<K>)]
      }
      await pool.run(4 * entries * dim, one('sweep', { ...pass, initial: step === 0 ? 1 : 0 }))
      await pool.run(order.length * dim * 40, one('gain', { ...between, step }))
    }
  })
}

/** Bounds of groups of slices with about the same number of cells. */
const groups = (
  slices: readonly { readonly first: number; readonly end: number }[],
  count: number,
  entries: number,
): Int32Array => {
  const bounds = new Int32Array(count + 1)
  let seen = 0
  let group = 0
  for (const [place, { first, end }] of slices.entries()) {
    seen += end - first
    while (group < count && seen * count >= entries * (group + 1)) bounds[++group] = place + 1
  }
  return bounds
}

/** Solves the rows whose result is not finite exactly, one by one. */
const rescue = (
  { heap, pool }: Context,
  scratch: Scratch,
  half: HalfStep,
  plan: Plan,
  start: number,
): LeastSquaresReport => {
  const rows = half.start.length - 1
  const { width, solved, fixed } = plan.wide
  const failed = heap.int32(plan.failed, rows)
  const outcomes = [0, 0, 0]
  let everyone = 0
  let work = 0
  for (let row = failed.indexOf(1); row >= 0; row = failed.indexOf(1, row + 1)) {
    if (work === 0) {
      everyone = scratch.zeros(width * width * 8)
      work = scratch.bytes(invoke(pool.here, 'rescueScratch', { width }))
      const diagonal = heap.float32(plan.eigen, width)
      const matrix = heap.float64(everyone, width * width)
      for (let i = 0; i < width; i++)
        matrix[i * (width + 1)] = half.unobserved === 0 ? 0 : diagonal[i]! / half.unobserved
      for (let i = half.dim; i < width; i++) matrix[i * (width + 1)] = 1
    }
    const outcome = invoke(pool.here, 'rescue', {
      ...{ solved, fixed, width, row, start, ...plan.cells, unobserved: half.unobserved },
      ...{ everyone, ridge: plan.regular, work },
    })
    outcomes[outcome]!++
  }
  return { jittered: outcomes[1]!, kept: outcomes[2]! }
}
