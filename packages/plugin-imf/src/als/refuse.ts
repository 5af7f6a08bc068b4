import { type Head, type OpNode, type PairConstant, type Problem, vjpThrough, type WeightArrays } from '@recspec/core'
import { headInTheWay, tableInTheWay, weightInTheWay } from '../score/obstacles.js'
import { type Piece, piecesOf } from '../score/pieces.js'
import { turning, type Way } from './method.js'
import { stepsOf } from './steps.js'

/** Why alternating least squares cannot solve a problem, naming the node in the way. */
export const refusal = (problem: Problem, method: Way['method'] = 'auto'): string | undefined => {
  const inTheWay = headInTheWay(problem)
  if (inTheWay) return inTheWay
  const [head] = problem.heads as [Head]
  const { loss } = head
  if (!loss.definition.quadratic) return `needs a loss of squares, got "${loss.type}" at head "${head.name}"`
  const { terms, constants, obstacle } = problem.factors(head)
  if (obstacle) return `needs a score made of products of tables: "${obstacle.node}" ${obstacle.reason}`
  const pieces = piecesOf(problem, terms)
  const { unobserved = 0 } = loss.definition.quadratic(loss.params)
  return (
    tableInTheWay(problem, pieces) ??
    weightInTheWay(problem, pieces) ??
    (unobserved > 0 ? shiftInTheWay(problem, pieces, constants, loss.type) : undefined) ??
    (method === 'cg' || method === 'ialspp' ? turnInTheWay(problem, method) : undefined)
  )
}

const turnInTheWay = (problem: Problem, method: string): string | undefined => {
  const reason = turning(problem)
  return reason && `by "${method}" needs one dot product of two tables of its own: ${reason}`
}

/** Where unobserved cells count, a score has to be one product that nothing is added to. */
const shiftInTheWay = (
  { graph }: Problem,
  pieces: readonly Piece[],
  [constant]: readonly PairConstant[],
  loss: string,
): string | undefined => {
  const reason = `cannot go over all cells of "${loss}"`
  if (constant) return `${reason}: "${constant.node}" is another number for every pair`
  const [first, second] = pieces as [Piece, Piece | undefined]
  if (second) {
    const bias = pieces.find(({ user, item }) => !user.node || !item.node) ?? second
    return `${reason}: "${bias.user.node ?? bias.item.node}" adds to a product`
  }
  const ones = (node: OpNode): WeightArrays =>
    Object.fromEntries(
      Object.entries(node.weights).map(([name, { shape }]) => [
        name,
        new Float32Array(shape.reduce((size, dim) => size * dim, 1)).fill(1),
      ]),
    )
  for (const { node: name } of first.term.path) {
    const node = graph.nodes.get(name) as OpNode
    const cotangent = new Float64Array(node.shape[0] as number).fill(1)
    if (vjpThrough(graph, name, cotangent, () => ones(node)).constant !== 0)
      return `${reason}: "${name}" adds a constant`
  }
  return undefined
}

/** `users (p, bu), items (q, bi)`: what an iteration solves for, for people. */
export const describe = (problem: Problem): string => {
  const [head] = problem.heads as [Problem['heads'][number]]
  const pieces = piecesOf(problem, problem.factors(head).terms ?? [])
  return stepsOf(problem.graph, pieces)
    .map(({ side, solves }) => `${side}s (${solves.map((index) => pieces[index]![side].table).join(', ')})`)
    .join(', ')
}
