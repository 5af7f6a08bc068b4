import { dropoutObstacle } from './dropout.js'
import type { Graph, GraphNode, OpNode } from './graph.js'
import { formOf } from './ports.js'

/**
 * One node of a term: a user-side or item-side vector, L2-normalized where `normalized`. `dropout`: the dropout op
 * between the node and the product.
 */
export interface Factor {
  readonly node: string
  readonly normalized: boolean
  readonly dropout?: { readonly node: string; readonly rate: number; readonly beforeNormalization?: true }
}

/**
 * One term of a score: Σ_k g_k · user_k · item_k, where g is the cotangent at node `at` (`scoreVjp`). A missing side is
 * 1 (a bias). With `matrix`, the name of a weight of node `at`: g · userᵀ W item.
 */
export interface Term {
  readonly user?: Factor
  readonly item?: Factor
  /** The product of both sides, or the one-sided node of a bias. */
  readonly at: string
  readonly matrix?: string
}

/**
 * A pair-side node that depends on nothing trained: a constant for each pair, its cotangent times
 * program.scores(at, users, items). Found only where `trains` is given.
 */
export interface PairConstant {
  readonly at: string
}

/** Why a score is not a sum of terms: a node, and the reason as the predicate of a sentence about it. */
export interface Obstacle {
  readonly node: string
  readonly reason: string
}

/** A score as a sum of terms and constants of pairs, or the obstacle. */
export type Factorization =
  | {
      readonly terms: readonly Term[]
      readonly constants: readonly PairConstant[]
      /** The linear nodes between the score and its terms. */
      readonly linear: readonly string[]
      readonly obstacle?: undefined
    }
  | {
      readonly terms?: undefined
      readonly constants?: undefined
      readonly linear?: undefined
      readonly obstacle: Obstacle
    }

/** What the caller of `factorize` supports in addition to products of vectors. */
export interface FactorizeOptions {
  /**
   * Names of trained tables and weights: factors are then tables. Default: any one-sided node is a factor (serving).
   */
  readonly trains?: ReadonlySet<string>
  /** Trained tables may be L2-normalized and go through dropout. */
  readonly descent?: boolean
  /** Terms may have a matrix that is not trained; default: where `trains` is absent. */
  readonly matrices?: boolean
}

/**
 * Factorizes a score: walks from it through linear ops to products of a user side and an item side, each node once.
 * Terms are in the order of the depth-first walk.
 */
export const factorize = (
  graph: Graph,
  score: string,
  { trains, descent = false, matrices = !trains }: FactorizeOptions = {},
): Factorization => {
  const terms: Term[] = []
  const constants: PairConstant[] = []
  const linear: string[] = []
  const seen = new Set<string>()
  const trained = trains ? dependentNodes(graph, trains) : new Set<string>()

  const visit = (name: string): Obstacle | undefined => {
    if (seen.has(name)) return undefined
    seen.add(name)
    const node = graph.nodes.get(name)!
    const dropout = trained.has(name) && !descent ? dropoutObstacle(graph, node) : undefined
    if (dropout) return { node: name, reason: dropout }
    if (isFactor(node, trained)) return void terms.push({ [node.side]: { node: name, normalized: false }, at: name })
    if (isConstant(graph, node, trains && trained)) return void constants.push({ at: name })
    if (node.kind !== 'op') return { node: name, reason: `is read per ${node.side === 'pair' ? 'event' : node.side}` }
    const form = formOf(graph, node)
    if (!form || form.is === 'l2Normalize') return { node: name, reason: `"${node.type}" has no bilinear form` }
    if (form.is === 'linear') {
      if (form.whenServing && trained.has(name))
        return { node: name, reason: `"${node.type}" is another function in training` }
      const isShift = (weight: string) => form.shift?.includes(weight) ?? false
      // a trained shift is a constant to its solver; a trained kernel is not
      if (trains && Object.keys(node.weights).some((weight) => !isShift(weight) && trains.has(`${name}.${weight}`)))
        return { node: name, reason: `"${node.type}" mixes its inputs by weights that are being trained` }
      linear.push(name)
      for (const child of node.inputs) {
        const obstacle = visit(child)
        if (obstacle) return obstacle
      }
      return undefined
    }
    const [a, b] = node.inputs.map((child) => graph.nodes.get(child)!) as [GraphNode, GraphNode]
    const normalized = form.is === 'dot' && form.normalized
    const user = [a, b].find(({ side }) => side === 'user')
    const item = [a, b].find(({ side }) => side === 'item')
    if (!user || !item) return { node: name, reason: `multiplies ${a.side} by ${b.side}` }
    const matrix = form.is === 'bilinear' ? form.matrix : undefined
    if (matrix !== undefined && !matrices) return { node: name, reason: `"${node.type}" multiplies by a matrix` }
    if (matrix !== undefined && trains?.has(`${name}.${matrix}`))
      return { node: name, reason: `"${node.type}" multiplies by a matrix that is being trained` }
    const factorOf = (side: GraphNode) =>
      trained.has(side.name) ? trainedFactor(graph, side, normalized, descent) : { node: side.name, normalized }
    const [ofUser, ofItem] = [factorOf(user), factorOf(item)]
    if ('reason' in ofUser) return ofUser
    if ('reason' in ofItem) return ofItem
    terms.push({ user: ofUser, item: ofItem, at: name, ...(matrix === undefined ? {} : { matrix }) })
    return undefined
  }

  const obstacle = visit(score)
  return obstacle ? { obstacle } : { terms, constants, linear }
}

/** Whether the walk ends at a node: it is one-sided, and not an op that depends on trained weights. */
export const isFactor = (node: GraphNode, trained: ReadonlySet<string>) =>
  (node.side === 'user' || node.side === 'item') && (!trained.has(node.name) || node.kind === 'embedding')

/** The trained table below a one-sided node, with the normalization and dropout between them; or the obstacle. */
const trainedFactor = (graph: Graph, side: GraphNode, product: boolean, descent: boolean): Factor | Obstacle => {
  let normalized = product
  let dropout: Factor['dropout']
  for (let node = side; ; ) {
    const unknown = descent ? undefined : dropoutObstacle(graph, node)
    if (unknown) return { node: node.name, reason: unknown }
    if (node.kind === 'embedding')
      return normalized && !descent
        ? { node: node.name, reason: 'is L2-normalized' }
        : { node: node.name, normalized, ...(dropout ? { dropout } : {}) }
    const noTable = { node: side.name, reason: 'is not a table' }
    if (node.kind !== 'op' || !descent) return noTable
    const form = formOf(graph, node)
    if (form?.is === 'l2Normalize') normalized = true
    else if (form?.is === 'linear' && form.dropout !== undefined && !dropout)
      dropout = { node: node.name, rate: form.dropout, ...(normalized ? { beforeNormalization: true } : {}) }
    else return noTable
    node = graph.nodes.get(node.inputs[0]!)!
  }
}

/**
 * Whether a pair-side node is a constant: nothing below it is trained, and it is neither a linear op nor a product of
 * two sides, which become terms.
 */
const isConstant = (graph: Graph, node: GraphNode, trained: ReadonlySet<string> | undefined): boolean => {
  if (!trained || node.side !== 'pair' || trained.has(node.name)) return false
  return node.kind !== 'op' || !isBilinear(graph, node)
}

const isBilinear = (graph: Graph, node: OpNode): boolean => {
  const form = formOf(graph, node)
  if (!form) return false
  if (form.is === 'linear') return true
  const sides = node.inputs.map((input) => graph.nodes.get(input)!.side)
  return sides.includes('user') && sides.includes('item')
}

const ownsWeights = (node: OpNode, trains: ReadonlySet<string>) =>
  Object.keys(node.weights).some((weight) => trains.has(`${node.name}.${weight}`))

/** Names of the nodes whose value depends on the given tables and weights. */
export const dependentNodes = (graph: Graph, trains: ReadonlySet<string>): Set<string> => {
  const moved = new Set<string>()
  for (const node of graph.nodes.values()) {
    const moves =
      node.kind === 'embedding'
        ? trains.has(node.table)
        : node.kind === 'op' && (ownsWeights(node, trains) || node.inputs.some((input) => moved.has(input)))
    if (moves) moved.add(node.name)
  }
  return moved
}
