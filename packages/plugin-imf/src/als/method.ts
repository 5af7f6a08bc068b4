import { formOf, type Head, type OpNode, type Problem } from '@recspec/core'
import type { LeastSquaresMethod } from '@recspec/kernels'
import { type Piece, piecesOf } from '../score/pieces.js'

/** How rows are solved, as a document says it. */
export interface Way {
  readonly method: 'auto' | 'cholesky' | 'cg' | 'ialspp'
  readonly steps: number
  readonly block: number
}

/** Up to this width conjugate gradients are faster than blocks. */
const WIDEST = 512

/** What the kernels are asked for. */
export const methodOf = ({ method, steps, block }: Way, problem: Problem): LeastSquaresMethod => {
  const ways: Readonly<Record<Way['method'], () => LeastSquaresMethod>> = {
    auto: () => {
      const [{ loss }] = problem.heads as [Head]
      const unobserved = loss.definition.quadratic!(loss.params).unobserved ?? 0
      if (unobserved === 0 || turning(problem)) return { name: 'exact' }
      return widthOf(problem) <= WIDEST ? { name: 'cg', steps } : { name: 'blocks', size: block }
    },
    cholesky: () => ({ name: 'exact' }),
    cg: () => ({ name: 'cg', steps }),
    ialspp: () => ({ name: 'blocks', size: block }),
  }
  return ways[method]()
}

/** The method in words. */
export const phrase = (method: LeastSquaresMethod): string => {
  if (method.name === 'cg') return `least squares by ${method.steps} steps of conjugate gradients`
  return method.name === 'blocks' ? `least squares by blocks of ${method.size} columns` : 'exact least squares'
}

const piecesIn = (problem: Problem): readonly Piece[] =>
  piecesOf(problem, problem.factors(problem.heads[0]!).terms ?? [])

const widthOf = (problem: Problem): number => problem.graph.tables.get(piecesIn(problem)[0]!.user.table!)!.dim

/**
 * What keeps a method from turning the tables into the eigenbasis of their Gram matrix, which has to leave the score and
 * everything else what it was: one dot product of two tables, both trained here, that nothing else reads.
 */
export const turning = (problem: Problem): string | undefined => {
  const { graph } = problem
  const [piece, other] = piecesIn(problem)
  if (other) return `"${[other.user, other.item].find(({ node }) => node)!.node}" is solved along with it`
  const product = piece?.term.product
  if (!piece || product === undefined) return 'there is none'
  const op = graph.nodes.get(product) as OpNode
  if (formOf(graph, op)?.is !== 'dot') return `"${product}" is no dot product`
  for (const { node, table } of [piece.user, piece.item]) {
    if (table === undefined) return `"${node}" is held still`
    const readers = graph.tables.get(table)!.readers
    for (const { kind, name, ...rest } of graph.nodes.values())
      if (kind === 'op' && name !== product && (rest as OpNode).inputs.some((input) => readers.includes(input)))
        return `"${name}" reads "${node}" too`
    if (readers.length > 1) return `"${table}" has several readers`
    for (const head of graph.heads.values())
      if (head.inputs.includes(node!)) return `head "${head.name}" reads "${node}" too`
  }
  return undefined
}
