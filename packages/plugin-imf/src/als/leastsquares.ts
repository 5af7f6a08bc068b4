import { type FactorSide, Failure, type LeastSquares, type Problem, type Program } from '@recspec/core'
import { headTerms } from '../score/terms.js'
import { boundProblem, ridgeOf, zeroUnreadRows } from './bound.js'

/** A problem that was not rejected, for an engine that factorizes one matrix; or what the matrix is not alone in. */
export const leastSquaresOf = (iterations: number, problem: Problem): string | ((program: Program) => LeastSquares) => {
  const [term, other] = headTerms(problem, problem.heads[0]!)
  if (other) {
    const added = [other.user, other.item].find(({ node }) => node !== undefined)!.node
    return `solves one product of two tables: "${added}" is added to it`
  }
  for (const { node, table } of [term!.user, term!.item])
    if (table === undefined)
      return `solves one product of two trained tables: ${node ? `"${node}" is frozen` : 'a side has none'}`
  return (program) => bindLeastSquares(iterations, problem, program)
}

const bindLeastSquares = (iterations: number, problem: Problem, program: Program): LeastSquares => {
  const { head, terms, bound, constant, observed, unobserved, objective } = boundProblem(problem, program)
  const [term] = terms as [(typeof terms)[0]]
  const [{ width, scale, user, item }] = bound as [(typeof bound)[0]]
  const { count } = observed
  const { start, index, weight, target } = observed.user
  const owners = new Int32Array(count)
  for (let row = 0; row + 1 < start.length; row++) owners.fill(row, start[row], start[row + 1])
  zeroUnreadRows(user, width, start)
  zeroUnreadRows(item, width, observed.item.start)
  // the score is constant + Σ scale · user · item: the items of the engine are scaled, those of the table are not
  const factor = scale[0]!
  if (!scale.every((value) => value === factor && value !== 0))
    throw new Failure(
      'training',
      `the columns of "${term.user.node}" and "${term.item.node}" have different scales in the score`,
      'an engine needs a plain product: train without --engine',
    )
  const side = (table: string, values: Float32Array): FactorSide => ({
    table,
    values,
    penalty: ridgeOf(table, program.counts(table, [head]), problem.graph.tables.get(table)!),
  })
  return {
    dim: width,
    iterations,
    user: side(term.user.table!, user),
    item: side(term.item.table!, item),
    cells: {
      user: owners,
      item: index,
      weight: factor === 1 ? weight : weight.map((value) => value * factor ** 2),
      target: target.map((value) => (value - constant) / factor),
    },
    unobserved: unobserved * factor ** 2,
    objective,
  }
}
