import type { Graph } from '@recspec/core'
import type { ScoreTerm } from '../score/terms.js'

/** One half-step: the tables of one side that are solved together while all others are frozen. */
export interface HalfStep {
  readonly side: 'user' | 'item'
  /** Indices of the terms whose tables are solved. */
  readonly terms: readonly number[]
  /** For each of `terms`: a row of its table is this times the row that the kernel solves for. */
  readonly scales: readonly number[]
  readonly l2: number
  readonly nu: number
}

/**
 * The half-steps of an iteration, users first. Tables of a side are solved jointly where their penalties differ by a
 * factor only: scaling their columns makes it one ridge (b = s·b′, s² = l2 / l2_b). Others are solved one after the
 * other.
 */
export const halfStepsOf = (graph: Graph, terms: readonly ScoreTerm[]): readonly HalfStep[] =>
  (['user', 'item'] as const).flatMap((side) => {
    const groups = new Map<string, number[]>()
    for (const [index, term] of terms.entries()) {
      const { table } = term[side]
      if (table === undefined) continue
      const { l2, nu } = graph.tables.get(table)!
      const penalty = l2 === 0 ? 'none' : `nu ${nu}`
      const group = groups.get(penalty)
      if (group) group.push(index)
      else groups.set(penalty, [index])
    }
    return [...groups.values()].map((group): HalfStep => {
      const tables = group.map((index) => graph.tables.get(terms[index]![side].table!)!)
      const { l2, nu } = tables[0]!
      return { side, terms: group, l2, nu, scales: tables.map((table) => (l2 === 0 ? 1 : Math.sqrt(l2 / table.l2))) }
    })
  })

/** The tables that an iteration solves, in text: `users (p, bu), items (q, bi)`. */
export const describeHalfSteps = (graph: Graph, terms: readonly ScoreTerm[]): string =>
  halfStepsOf(graph, terms)
    .map((step) => `${step.side}s (${step.terms.map((index) => terms[index]![step.side].table).join(', ')})`)
    .join(', ')
