import type { Graph } from '@recspec/core'
import type { Piece } from '../score/pieces.js'

/** One half-step: the tables of one side that are solved for together, all else held still. */
export interface Step {
  readonly side: 'user' | 'item'
  /** Indices of the pieces whose tables are solved. */
  readonly solves: readonly number[]
  /** Beside `solves`: a table's row is this times what the kernel solves for. */
  readonly stretch: readonly number[]
  readonly l2: number
  readonly nu: number
}

/**
 * The half-steps of an iteration, users first. Tables of a side are solved jointly where their penalties differ by a
 * factor alone, which stretching a lane makes one ridge (b = s·b′, s² = l2 / l2_b); otherwise one after the other.
 */
export const stepsOf = (graph: Graph, pieces: readonly Piece[]): readonly Step[] =>
  (['user', 'item'] as const).flatMap((side) => {
    const groups = new Map<string, number[]>()
    pieces.forEach((piece, index) => {
      const { table } = piece[side]
      if (table === undefined) return
      const { l2, nu } = graph.tables.get(table)!
      const penalty = l2 === 0 ? 'free' : `nu ${nu}`
      groups.set(penalty, [...(groups.get(penalty) ?? []), index])
    })
    return [...groups.values()].map((solves): Step => {
      const tables = solves.map((index) => graph.tables.get(pieces[index]![side].table!)!)
      const { l2, nu } = tables[0]!
      return { side, solves, l2, nu, stretch: tables.map((table) => (l2 === 0 ? 1 : Math.sqrt(l2 / table.l2))) }
    })
  })
