import { type FusedSegment, type FusedSide, initialState, type Kernels, slots } from '@recspec/kernels'
import type { Term } from '../../graph/factorize.js'
import type { Graph } from '../../graph/graph.js'
import type { Problem } from '../../graph/problem.js'
import type { LoweredProgram } from '../../program/lowered.js'
import type { OptimizerPair } from '../optimizer.js'
import { penalties } from '../penalty.js'
import { tableOf } from './plan.js'

interface Slice {
  readonly table?: string
  readonly from: number
  readonly width: number
}

/** The terms concatenated: each is a slice of lanes, filled with ones where only the other side has a bias. */
export const slicesOf = (
  graph: Graph,
  terms: readonly Term[],
  side: 'user' | 'item',
): { lanes: readonly Slice[]; width: number } => {
  let from = 0
  const found = terms.map((term): Slice => {
    const factor = term[side]
    const size = graph.nodes.get((term.user ?? term.item)!.node)!.shape[0] as number
    const slice = { from, width: size, ...(factor ? { table: tableOf(graph, factor.node) } : {}) }
    from += size
    return slice
  })
  return { lanes: found, width: Math.ceil(from / 4) * 4 }
}

/** One side of a model as packed rows for the kernel, and the optimizer state of its tables. */
export interface PackedSide {
  readonly side: FusedSide
  readonly states: ReadonlyMap<string, Float32Array>
  /** Copies the tables of the program into packed rows, and back. */
  load(): void
  store(): void
}

/** Packs the tables of a side. */
export const packSide = (
  program: LoweredProgram,
  problem: Problem,
  optimizer: OptimizerPair,
  { lanes: slices, width }: { lanes: readonly Slice[]; width: number },
  height: number,
): PackedSide => {
  const { kernels } = program
  const tablePenalties = penalties(problem, program)
  const rows = kernels.float32(height * width)
  const states = new Map<string, Float32Array>()
  const segments: FusedSegment[] = []
  const state: Float32Array[] = []
  for (const { table, from, width: size } of slices) {
    const penalty = table === undefined ? undefined : tablePenalties.get(table)
    segments.push({ from, width: size, trained: penalty !== undefined, l2: penalty?.l2 ?? 0, nu: penalty?.nu ?? 1 })
    const tableState = penalty
      ? stateOf(kernels, height * slots(optimizer.tables, size), initialState(optimizer.tables))
      : kernels.float32(0)
    state.push(tableState)
    if (penalty) states.set(table!, tableState)
    if (table === undefined)
      for (let row = 0; row < height; row++) rows.fill(1, row * width + from, row * width + from + size)
  }
  const counts = kernels.float32(height)
  const counted = slices.find(({ table }) => table !== undefined && tablePenalties.has(table))
  if (counted) counts.set(tablePenalties.get(counted.table!)!.counts)
  const eachRow = (copy: (values: Float32Array, at: number, place: number, size: number) => void) => {
    for (const { table, from, width: size } of slices) {
      if (table === undefined) continue
      const { values } = program.tables.get(table)!
      for (let row = 0; row < height; row++) copy(values, row * size, row * width + from, size)
    }
  }
  return {
    side: { rows, width, segments, state, counts },
    states,
    load: () => eachRow((values, at, place, size) => rows.set(values.subarray(at, at + size), place)),
    store: () => eachRow((values, at, place, size) => values.set(rows.subarray(place, place + size), at)),
  }
}

const stateOf = (kernels: Kernels, length: number, initial: number) => kernels.float32(length).fill(initial)
