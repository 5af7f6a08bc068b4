import type { Head, MemoryPart, MemorySizes, Problem } from '@recspec/core'
import { cellsPart, NUMBER, sortingPart } from '../score/memory.js'
import { headTerms } from '../score/terms.js'

/**
 * What a chain takes beside the tables: observed cells with their precisions and targets, and both sides as matrices.
 */
export const gibbsMemory = (problem: Problem, { users, items, events }: MemorySizes): readonly MemoryPart[] => {
  const terms = headTerms(problem, problem.heads[0] as Head)
  const dims = (['user', 'item'] as const).map((side) =>
    terms.reduce((sum, { [side]: { table }, user, item }) => {
      const dim = Math.max(
        ...[user, item].map((factor) => (factor.table ? problem.graph.tables.get(factor.table)!.dim : 0)),
      )
      return sum + (table === undefined ? 0 : dim)
    }, 0),
  )
  const width = dims.reduce((sum, dim) => sum + dim, 0)
  const widest = Math.max(...dims)
  return [
    cellsPart(events),
    { name: 'targets of cells', bytes: 2 * NUMBER * events, inKernels: true },
    sortingPart(events),
    { name: 'precisions of cells', bytes: 2 * NUMBER * events },
    { name: 'copies of tables', bytes: NUMBER * (users + items + 2) * width, inKernels: true },
    { name: 'precision matrices', bytes: 4 * 8 * widest * widest },
  ]
}
