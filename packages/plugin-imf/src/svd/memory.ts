import type { Head, MemoryPart, MemorySizes, Problem } from '@recspec/core'
import { cellsPart, NUMBER, sortingPart } from '../score/memory.js'
import { headTerms } from '../score/terms.js'

/** What a decomposition takes beside the tables: the cells as lists, and vectors of both sides in float64. */
export const svdMemory = (
  problem: Problem,
  oversampling: number,
  { users, items, events }: MemorySizes,
): readonly MemoryPart[] => {
  const [{ user }] = headTerms(problem, problem.heads[0] as Head) as [ReturnType<typeof headTerms>[number]]
  const { dim } = problem.graph.tables.get(user.table!)!
  const width = Math.min(users, items, dim + oversampling)
  return [
    cellsPart(events),
    sortingPart(events),
    { name: 'cells of the matrix', bytes: (2 * NUMBER + 8) * events },
    { name: 'singular vectors', bytes: 2 * 8 * width * (users + items) + 4 * 8 * width * width },
  ]
}
