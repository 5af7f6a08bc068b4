import { type Factorization, type Head, type OpNode, type Problem, vjpThrough, type WeightArrays } from '@recspec/core'
import { headObstacle, tableObstacle, weightObstacle } from '../score/obstacles.js'
import { type ScoreTerm, scoreTermsOf } from '../score/terms.js'
import { type MethodParams, rotationObstacle } from './method.js'

/** Why alternating least squares cannot solve a problem, naming the obstacle; factorizes the score once. */
export const rejection = (problem: Problem, method: MethodParams['method'] = 'auto'): string | undefined => {
  const found = headObstacle(problem)
  if (found) return found
  const [head] = problem.heads as [Head]
  const { loss } = head
  if (!loss.definition.quadratic) return `needs a quadratic loss, got "${loss.type}" at head "${head.name}"`
  const factorization = problem.factors(head)
  const { terms: factorized, obstacle } = factorization
  if (obstacle) return `needs a score made of products of tables: "${obstacle.node}" ${obstacle.reason}`
  const terms = scoreTermsOf(problem, factorized)
  const { unobserved = 0 } = loss.definition.quadratic(loss.params)
  return (
    tableObstacle(problem, terms) ??
    weightObstacle(problem, factorization) ??
    (unobserved > 0 ? offsetObstacle(problem, terms, factorization, loss.type) : undefined) ??
    (method === 'cg' || method === 'ialspp' ? methodObstacle(problem, terms, method) : undefined)
  )
}

const methodObstacle = (problem: Problem, terms: readonly ScoreTerm[], method: string): string | undefined => {
  const reason = rotationObstacle(problem, terms)
  return reason && `by "${method}" needs one dot product of two tables that nothing else reads: ${reason}`
}

/** What is added to the product of a score; where unobserved cells count, nothing may be. */
const offsetObstacle = (
  { graph }: Problem,
  terms: readonly ScoreTerm[],
  { constants = [], linear = [] }: Factorization,
  loss: string,
): string | undefined => {
  const reason = `needs a score that is one product, because "${loss}" sums over all cells`
  const [constant] = constants
  if (constant) return `${reason}: "${constant.at}" adds a constant of each pair`
  const second = terms[1]
  if (second) {
    const bias = terms.find(({ user, item }) => !user.node || !item.node) ?? second
    return `${reason}: "${bias.user.node ?? bias.item.node}" is added to it`
  }
  const ones = (node: OpNode): WeightArrays =>
    Object.fromEntries(
      Object.entries(node.weights).map(([name, { shape }]) => [
        name,
        new Float32Array(shape.reduce((size, dim) => size * dim, 1)).fill(1),
      ]),
    )
  for (const name of linear) {
    const node = graph.nodes.get(name) as OpNode
    const cotangent = new Float64Array(node.shape[0] as number).fill(1)
    if (vjpThrough(graph, name, cotangent, () => ones(node)).constant !== 0)
      return `${reason}: "${name}" adds a constant`
  }
  return undefined
}
