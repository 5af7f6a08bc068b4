import { type Arrays, type OpNode, type Problem, pullThrough } from '@recspec/core'
import { type Piece, piecesOf } from './pieces.js'
import { stepsOf } from './steps.js'

/** Why alternating least squares cannot solve a problem exactly, naming the node in the way. */
export const refusal = (problem: Problem): string | undefined => {
  const [head, ...more] = problem.heads
  if (!head || more.length > 0)
    return `trains one head at a time, got ${problem.heads.map(({ name }) => `"${name}"`).join(', ') || 'none'}`
  const { loss } = head
  if (!loss.definition.quadratic) return `needs a loss of squares, got "${loss.type}" at head "${head.name}"`
  if (typeof head.weight !== 'number') return `needs a constant weight of head "${head.name}", got a schedule`
  const { terms, constants, obstacle } = problem.factors(head)
  if (obstacle) return `needs a score made of products of tables: "${obstacle.node}" ${obstacle.reason}`
  const [constant] = constants
  if (constant) return `needs a score made of products of tables: "${constant.node}" is another number for every pair`

  const pieces = piecesOf(problem, terms)
  const { unobserved = 0 } = loss.definition.quadratic(loss.params)
  return (
    tableInTheWay(problem, pieces) ??
    weightInTheWay(problem, pieces) ??
    (unobserved > 0 ? shiftInTheWay(problem, pieces, loss.type) : undefined)
  )
}

/** Tables have to be read row by row, each in one place. */
const tableInTheWay = ({ graph }: Problem, pieces: readonly Piece[]): string | undefined => {
  const seen = new Set<string>()
  for (const piece of pieces)
    for (const { node, table } of [piece.user, piece.item]) {
      if (node === undefined || table === undefined) continue
      const embedding = graph.nodes.get(node)!
      const input = embedding.kind === 'embedding' ? graph.inputs.get(embedding.input) : undefined
      if (input?.definition.reads !== 'key' || embedding.shape.length !== 1)
        return `solves one row per user or item: "${node}" reads "${input ? input.name : node}", which is not an id`
      if (seen.has(table)) return `needs a score linear in each table: "${table}" is in two of its terms`
      seen.add(table)
    }
  return seen.size === 0 ? 'found no table to train' : undefined
}

/** Weights of ops on the way from the score to its terms have to be constant. */
const weightInTheWay = ({ graph, trains }: Problem, pieces: readonly Piece[]): string | undefined => {
  for (const { term } of pieces)
    for (const { node } of term.path)
      for (const [weight, spec] of Object.entries((graph.nodes.get(node) as OpNode).weights))
        if (spec.trainable !== false && trains.has(`${node}.${weight}`))
          return `learns tables only: "${node}" has a trained "${weight}"`
  return undefined
}

/** Where unobserved cells count, a score has to be one product that nothing is added to. */
const shiftInTheWay = ({ graph }: Problem, pieces: readonly Piece[], loss: string): string | undefined => {
  const reason = `cannot go over all cells of "${loss}"`
  const [first, second] = pieces as [Piece, Piece | undefined]
  if (second) {
    const bias = pieces.find(({ user, item }) => !user.node || !item.node) ?? second
    return `${reason}: "${bias.user.node ?? bias.item.node}" adds to a product`
  }
  const ones = (node: OpNode): Arrays =>
    Object.fromEntries(
      Object.entries(node.weights).map(([name, { shape }]) => [
        name,
        new Float32Array(shape.reduce((size, dim) => size * dim, 1)).fill(1),
      ]),
    )
  for (const { node: name } of first.term.path) {
    const node = graph.nodes.get(name) as OpNode
    const covector = new Float64Array(node.shape[0] as number).fill(1)
    if (pullThrough(graph, name, covector, () => ones(node)).constant !== 0)
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
