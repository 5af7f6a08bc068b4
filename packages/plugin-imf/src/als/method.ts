import { formOf, type Head, type OpNode, type Problem } from '@recspec/core'
import type { LeastSquaresMethod } from '@recspec/kernels'
import type { ScoreTerm } from '../score/terms.js'

/** The parameters of `imf/als` that say how rows are solved. */
export interface MethodParams {
  readonly method: 'auto' | 'cholesky' | 'cg' | 'ialspp'
  readonly steps: number
  readonly block: number
}

/** Up to this width conjugate gradients are faster than blocks. */
const MAX_CG_DIM = 512

/** The method of the least-squares kernel, for the terms of the problem's score. */
export const methodOf = (
  { method, steps, block }: MethodParams,
  problem: Problem,
  terms: readonly ScoreTerm[],
): LeastSquaresMethod => {
  const methods: Readonly<Record<MethodParams['method'], () => LeastSquaresMethod>> = {
    auto: () => {
      const [{ loss }] = problem.heads as [Head]
      const unobserved = loss.definition.quadratic!(loss.params).unobserved ?? 0
      if (unobserved === 0 || rotationObstacle(problem, terms)) return { name: 'exact' }
      const { dim } = problem.graph.tables.get(terms[0]!.user.table!)!
      return dim <= MAX_CG_DIM ? { name: 'cg', steps } : { name: 'blocks', size: block }
    },
    cholesky: () => ({ name: 'exact' }),
    cg: () => ({ name: 'cg', steps }),
    ialspp: () => ({ name: 'blocks', size: block }),
  }
  return methods[method]()
}

/** The method in text. */
export const describeMethod = (method: LeastSquaresMethod): string => {
  if (method.name === 'cg') return `least squares by ${method.steps} steps of conjugate gradients`
  return method.name === 'blocks' ? `least squares by blocks of ${method.size} columns` : 'exact least squares'
}

/**
 * Why a method cannot rotate the tables into the eigenbasis of their Gram matrix; undefined where it can. A rotation
 * must not change any value of the graph, so the score has to be one dot product of two trained tables that nothing
 * else reads.
 */
export const rotationObstacle = ({ graph }: Problem, [term, other]: readonly ScoreTerm[]): string | undefined => {
  if (other) return `"${[other.user, other.item].find(({ node }) => node)!.node}" is solved together with it`
  if (!term?.term.user || !term.term.item) return 'there is none'
  const product = term.term.at
  const op = graph.nodes.get(product) as OpNode
  if (formOf(graph, op)?.is !== 'dot') return `"${product}" is not a dot product`
  for (const { node, table } of [term.user, term.item]) {
    if (table === undefined) return `"${node}" is frozen`
    const readers = new Set(graph.tables.get(table)!.readers)
    for (const reader of graph.nodes.values())
      if (reader.kind === 'op' && reader.name !== product && reader.inputs.some((input) => readers.has(input)))
        return `"${reader.name}" reads "${node}" too`
    if (readers.size > 1) return `"${table}" has several readers`
    for (const head of graph.heads.values())
      if (head.inputs.includes(node!)) return `head "${head.name}" reads "${node}" too`
  }
  return undefined
}
