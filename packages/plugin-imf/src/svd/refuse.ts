import type { Head, Problem } from '@recspec/core'
import { filledSquares } from '../filled.js'
import { headInTheWay, tableInTheWay, weightInTheWay } from '../score/obstacles.js'
import { piecesOf } from '../score/pieces.js'

/** Why a singular value decomposition is no solution of a problem, naming what is in the way. */
export const refusal = (problem: Problem): string | undefined => {
  const inTheWay = headInTheWay(problem)
  if (inTheWay) return inTheWay
  const [head] = problem.heads as [Head]
  if (head.loss.definition !== filledSquares)
    return `needs the loss "imf/filled-squares", got "${head.loss.type}" at head "${head.name}"`
  const { terms, constants, obstacle } = problem.factors(head)
  if (obstacle) return `needs a product of two tables: "${obstacle.node}" ${obstacle.reason}`
  if (constants.length > 0) return `needs a product of two tables: "${constants[0]!.node}" adds a number for each pair`
  const pieces = piecesOf(problem, terms)
  const [piece, other] = pieces
  if (!piece?.user.table || !piece.item.table) {
    const still = piece?.user.table ? piece.item.node : piece?.user.node
    return still ? `needs a product of two tables: "${still}" is held still or missing` : 'found no table to train'
  }
  if (other) return `needs one product of two tables: "${other.user.node ?? other.item.node}" adds to it`
  return (
    tableInTheWay(problem, pieces) ??
    weightInTheWay(problem, pieces) ??
    penaltyInTheWay(problem, piece.user.table, piece.item.table)
  )
}

const penaltyInTheWay = ({ graph }: Problem, user: string, item: string): string | undefined => {
  const tables = [user, item].map((name) => graph.tables.get(name)!)
  const paid = tables.filter(({ l2 }) => l2 > 0)
  const scaled = paid.find(({ nu }) => nu !== 0)
  if (scaled) return `has a closed form for penalties with nu 0: "${scaled.name}" has nu ${scaled.nu}`
  if (paid.length === 1) return `needs an l2 on both tables or none: only "${paid[0]!.name}" has one`
  return undefined
}
