import type { Head, Problem } from '@recspec/core'
import { headObstacle, tableObstacle } from '../score/obstacles.js'
import { type ScoreTerm, scoreTermsOf } from '../score/terms.js'
import { trainedWeights } from './globalmean.js'

/** Why a posterior cannot be sampled row by row, naming the obstacle; factorizes the score once. */
export const rejection = (problem: Problem): string | undefined => {
  const found = headObstacle(problem)
  if (found) return found
  const [head] = problem.heads as [Head]
  const { name, loss } = head
  const quadratic = loss.definition.quadratic?.(loss.params)
  if (!quadratic) return `needs a quadratic loss, got "${loss.type}" at head "${name}"`
  if (quadratic.unobserved) return `samples from observed cells only: "${loss.type}" sums over all cells`
  const { terms: factorized, obstacle } = problem.factors(head)
  if (obstacle) return `needs a score made of products of tables: "${obstacle.node}" ${obstacle.reason}`
  const terms = scoreTermsOf(problem, factorized)
  return tableObstacle(problem, terms) ?? globalMeanObstacle(problem) ?? penaltyObstacle(problem, terms)
}

const globalMeanObstacle = (problem: Problem): string | undefined => {
  const [first, second] = trainedWeights(problem)
  if (first && (first.weight !== 'bias' || first.size !== 1))
    return `samples tables and one global mean: "${first.node}" has a trained "${first.weight}"`
  return second && `samples one global mean: "${first!.node}" and "${second.node}" both have a trained weight`
}

const penaltyObstacle = ({ graph }: Problem, terms: readonly ScoreTerm[]): string | undefined => {
  const tables = terms.flatMap(({ user, item }) => [user.table, item.table])
  const penalized = tables.find((table) => table !== undefined && graph.tables.get(table)!.l2 > 0)
  return penalized && `samples the priors of its tables, which replace l2: "${penalized}" has an l2`
}
