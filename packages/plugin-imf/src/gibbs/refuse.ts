import type { Head, Problem } from '@recspec/core'
import { headInTheWay, tableInTheWay } from '../score/obstacles.js'
import { type Piece, piecesOf } from '../score/pieces.js'
import { trainedWeights } from './constant.js'

/** Why a posterior cannot be drawn from row by row, naming the node in the way. */
export const refusal = (problem: Problem): string | undefined => {
  const inTheWay = headInTheWay(problem)
  if (inTheWay) return inTheWay
  const [{ name, loss, ...head }] = problem.heads as [Head]
  const quadratic = loss.definition.quadratic?.(loss.params)
  if (!quadratic) return `needs a loss of squares, got "${loss.type}" at head "${name}"`
  if (quadratic.unobserved) return `draws from what was observed: "${loss.type}" is about all cells`
  const { terms, obstacle } = problem.factors({ ...head, name, loss })
  if (obstacle) return `needs a score made of products of tables: "${obstacle.node}" ${obstacle.reason}`
  const pieces = piecesOf(problem, terms)
  return tableInTheWay(problem, pieces) ?? weightInTheWay(problem) ?? penaltyInTheWay(problem, pieces)
}

const weightInTheWay = (problem: Problem): string | undefined => {
  const [first, second] = trainedWeights(problem)
  if (first && (first.short !== 'bias' || first.size !== 1))
    return `draws tables and one global mean: "${first.node}" has a trained "${first.short}"`
  return second && `draws one global mean: "${first!.node}" and "${second.node}" both have a trained weight`
}

const penaltyInTheWay = ({ graph }: Problem, pieces: readonly Piece[]): string | undefined => {
  const tables = pieces.flatMap(({ user, item }) => [user.table, item.table])
  const paid = tables.find((table) => table !== undefined && graph.tables.get(table)!.l2 > 0)
  return paid && `learns the priors of its tables from data: "${paid}" has an l2`
}
