import type { Head, Problem } from '@recspec/core'
import { filledSquares } from '../losses/filledsquares.js'
import { headObstacle, tableObstacle, weightObstacle } from '../score/obstacles.js'
import { scoreTermsOf } from '../score/terms.js'

/** Why a singular value decomposition cannot solve a problem, naming the obstacle; factorizes the score once. */
export const rejection = (problem: Problem): string | undefined => {
  const found = headObstacle(problem)
  if (found) return found
  const [head] = problem.heads as [Head]
  if (head.loss.definition !== filledSquares)
    return `needs the loss "imf/filled-squares", got "${head.loss.type}" at head "${head.name}"`
  const factorization = problem.factors(head)
  const { terms: factorized, constants, obstacle } = factorization
  if (obstacle) return `needs a product of two tables: "${obstacle.node}" ${obstacle.reason}`
  if (constants.length > 0) return `needs a product of two tables: "${constants[0]!.at}" adds a constant of each pair`
  const terms = scoreTermsOf(problem, factorized)
  const [term, other] = terms
  if (!term?.user.table || !term.item.table) {
    const constant = term?.user.table ? term.item.node : term?.user.node
    return constant ? `needs a product of two tables: "${constant}" is frozen` : 'found no table to train'
  }
  if (other) return `needs one product of two tables: "${other.user.node ?? other.item.node}" is added to it`
  return (
    tableObstacle(problem, terms) ??
    weightObstacle(problem, factorization) ??
    penaltyObstacle(problem, term.user.table, term.item.table)
  )
}

const penaltyObstacle = ({ graph }: Problem, user: string, item: string): string | undefined => {
  const tables = [user, item].map((name) => graph.tables.get(name)!)
  const penalized = tables.filter(({ l2 }) => l2 > 0)
  const withExponent = penalized.find(({ nu }) => nu !== 0)
  if (withExponent) return `needs penalties with nu 0: "${withExponent.name}" has nu ${withExponent.nu}`
  if (penalized.length === 1) return `needs an l2 on both tables or none: only "${penalized[0]!.name}" has one`
  return undefined
}
