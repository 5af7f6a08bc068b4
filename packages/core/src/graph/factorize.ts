import type { Vjp, WeightArrays } from '../contract/form.js'
import type { Ports, PortValues } from '../contract/ports.js'
import type { Shape } from '../contract/shape.js'
import type { Graph, GraphNode, OpNode } from './graph.js'

/**
 * One node of a term: a user-side or item-side vector; `normalized` when it is scaled to length 1. `dropout`: the op that then sets a share
 * of its numbers to 0 in training.
 */
export interface Factor {
  readonly node: string
  readonly normalized: boolean
  readonly dropout?: { readonly node: string; readonly rate: number }
}

/**
 * One term of a score: Σ_k g_k · user_k · item_k, where g is the cotangent that `path` carries from the score down to the
 * term. A missing side is 1 (a bias).
 */
export interface Term {
  readonly user?: Factor
  readonly item?: Factor
  /** From the score to the term: each linear op passed, and which of its inputs was taken. */
  readonly path: readonly { readonly node: string; readonly input: number }[]
  /** The product that ends the path, where there is one. */
  readonly product?: string
}

/**
 * A node that depends on users and items (or on the event) and on nothing that is being trained: a constant of each pair,
 * worth pullConstant(path) · program.scores(node, users, items). Met only where `trains` is given.
 */
export interface PairConstant {
  readonly node: string
  readonly path: Term['path']
}

/** A score as a sum of terms and constants of pairs, or the node that prevents it and why. */
export type Factorization =
  | { readonly terms: readonly Term[]; readonly constants: readonly PairConstant[]; readonly obstacle?: undefined }
  | {
      readonly terms?: undefined
      readonly constants?: undefined
      readonly obstacle: { readonly node: string; readonly reason: string }
    }

const shapesOf = (graph: Graph, node: OpNode): PortValues<Ports, Shape> =>
  portValues(node, (name) => graph.nodes.get(name)!.shape)

/** The node's inputs as its operator sees them: joined vectors made one, lists at `many`. */
export const portValues = <V>(
  node: Pick<OpNode, 'definition' | 'ports'>,
  value: (name: string) => V,
  join: (values: readonly V[]) => V = (values) => joinShapes(values as readonly Shape[]) as V,
): PortValues<Ports, V> =>
  Object.fromEntries(
    Object.entries(node.definition.inputs).map(([port, kind]) => {
      const values = (node.ports[port] ?? []).map(value)
      return [port, kind === 'many' ? values : values.length === 1 ? values[0] : join(values)]
    }),
  ) as PortValues<Ports, V>

/** The shape of several vectors one after the other. */
export const joinShapes = (shapes: readonly Shape[]): Shape => {
  let total = 0
  for (const shape of shapes) {
    const [size] = shape
    if (shape.length !== 1 || typeof size !== 'number') throw new Error('joins vectors only')
    total += size
  }
  return [total]
}

/** The form of an op, undefined where it is opaque. */
export const formOf = (graph: Graph, node: OpNode) => node.definition.form?.(node.params, shapesOf(graph, node))

/**
 * Walks from a score down through linear ops to products of a user side and an item side. With `trains`, the walk goes on
 * through one-sided nodes that are being trained, so that terms end at tables (what solvers need); without, any one-sided
 * node is a factor (what serving needs). `descent`: trained tables may be scaled to length 1, and may then go through dropout.
 */
export const factorize = (
  graph: Graph,
  score: string,
  trains?: ReadonlySet<string>,
  descent = false,
): Factorization => {
  const terms: Term[] = []
  const constants: PairConstant[] = []
  const trained = trains ? dependentNodes(graph, trains) : new Set<string>()

  const visit = (name: string, path: Term['path']): Factorization['obstacle'] => {
    const node = graph.nodes.get(name)!
    if (isFactor(node, trained))
      return void terms.push({ [node.side]: { node: name, normalized: false }, path } as Term)
    if (isConstant(graph, node, trains && trained)) return void constants.push({ node: name, path })
    if (node.kind !== 'op') return { node: name, reason: `is read per ${node.side === 'pair' ? 'event' : node.side}` }
    const form = formOf(graph, node)
    if (!form || form.is === 'l2Normalize') return { node: name, reason: `"${node.type}" has no bilinear form` }
    if (form.is === 'linear') {
      if (form.whenServing && trained.has(name))
        return { node: name, reason: `"${node.type}" is another function in training` }
      if (trains && ownsWeights(node, trains)) {
        // a trained bias term is a constant like any other to its solver; trained kernels are not
        if (Object.keys(node.weights).some((weight) => weight !== 'bias' && trains.has(`${name}.${weight}`)))
          return { node: name, reason: `"${node.type}" mixes its inputs by weights that are being trained` }
      }
      for (const [input, child] of node.inputs.entries()) {
        const obstacle = visit(child, [...path, { node: name, input }])
        if (obstacle) return obstacle
      }
      return undefined
    }
    const [a, b] = node.inputs.map((child) => graph.nodes.get(child)!) as [GraphNode, GraphNode]
    const normalized = form.is === 'dot' && form.normalized
    const user = [a, b].find(({ side }) => side === 'user')
    const item = [a, b].find(({ side }) => side === 'item')
    if (!user || !item) return { node: name, reason: `multiplies ${a.side} by ${b.side}` }
    const factorOf = (side: GraphNode) =>
      trained.has(side.name) ? trainedFactor(graph, side, normalized, descent) : { node: side.name, normalized }
    const [ofUser, ofItem] = [factorOf(user), factorOf(item)]
    if ('reason' in ofUser) return ofUser
    if ('reason' in ofItem) return ofItem
    terms.push({ user: ofUser, item: ofItem, path, product: name })
    return undefined
  }

  const obstacle = visit(score, [])
  return obstacle ? { obstacle } : { terms, constants }
}

/** A node that a walk ends at: one-sided, and no op that is being trained. */
const isFactor = (node: GraphNode, trained: ReadonlySet<string>) =>
  (node.side === 'user' || node.side === 'item') && (!trained.has(node.name) || node.kind === 'embedding')

/** The table below a one-sided node that is being trained, with what happens to its rows on the way up; or what is in the way. */
const trainedFactor = (
  graph: Graph,
  side: GraphNode,
  product: boolean,
  descent: boolean,
): Factor | NonNullable<Factorization['obstacle']> => {
  let normalized = product
  let dropout: Factor['dropout']
  for (let node = side; ; ) {
    if (node.kind === 'embedding')
      return normalized && !descent
        ? { node: node.name, reason: 'is scaled to length 1' }
        : { node: node.name, normalized, ...(dropout ? { dropout } : {}) }
    const inTheWay = { node: side.name, reason: 'is not a table' }
    if (node.kind !== 'op' || !descent) return inTheWay
    const form = formOf(graph, node)
    if (form?.is === 'l2Normalize') normalized = true
    else if (form?.is === 'linear' && form.dropout !== undefined && !normalized && !dropout)
      dropout = { node: node.name, rate: form.dropout }
    else return inTheWay
    node = graph.nodes.get(node.inputs[0]!)!
  }
}

/**
 * A node of pairs that the walk does not open: nothing below it is being trained, and it is no linear op or product of two
 * sides, which are terms all the same.
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

/** Every node whose value changes when the named tables and weights do. */
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

/**
 * The cotangent of a term and the constants met on the way are found by pulling [1] from the score down its path.
 * `weights` gives a node's weights as arrays.
 */
export const termCotangent = (graph: Graph, term: Term, weights: (node: string) => WeightArrays): Float64Array => {
  let cotangent: Float64Array = Float64Array.of(1)
  for (const { node: name, input } of term.path) cotangent = vjpThrough(graph, name, cotangent, weights).inputs[input]!
  if (!term.product) return cotangent
  const product = graph.nodes.get(term.product) as OpNode
  const form = formOf(graph, product)!
  if (form.is !== 'dot') return cotangent
  return new Float64Array(graph.nodes.get(product.inputs[0]!)!.shape[0] as number).fill(cotangent[0]!)
}

/** The cotangent of a constant of pairs: what each of its numbers is multiplied by on the way to the score. */
export const constantCotangent = (
  graph: Graph,
  { path }: PairConstant,
  weights: (node: string) => WeightArrays,
): Float64Array =>
  path.reduce<Float64Array>(
    (cotangent, { node, input }) => vjpThrough(graph, node, cotangent, weights).inputs[input]!,
    Float64Array.of(1),
  )

/** One step of a pull, with the cotangent of a joined port cut into one piece per input. */
export const vjpThrough = (
  graph: Graph,
  name: string,
  cotangent: Float64Array,
  weights: (node: string) => WeightArrays,
): Vjp => {
  const node = graph.nodes.get(name) as OpNode
  const form = formOf(graph, node)
  if (form?.is !== 'linear') throw new Error(`"${name}" is not linear`)
  const { inputs, constant } = form.vjp(cotangent, weights(name))
  if (inputs.length === node.inputs.length) return { inputs, constant }
  const [joined] = inputs as [Float64Array]
  let from = 0
  const pieces = node.inputs.map((input) => {
    const size = graph.nodes.get(input)!.shape[0] as number
    from += size
    return joined.subarray(from - size, from)
  })
  return { inputs: pieces, constant }
}

/**
 * Everything a score adds beside its terms (biases of dense layers, a global mean); with the same `trains` as the
 * factorization it belongs to.
 */
export const scoreConstant = (
  graph: Graph,
  score: string,
  weights: (node: string) => WeightArrays,
  trains?: ReadonlySet<string>,
): number => {
  const trained = trains ? dependentNodes(graph, trains) : new Set<string>()
  let total = 0
  const visit = (name: string, cotangent: Float64Array) => {
    const node = graph.nodes.get(name)!
    if (node.kind !== 'op' || isFactor(node, trained) || formOf(graph, node)?.is !== 'linear') return
    const pulled = vjpThrough(graph, name, cotangent, weights)
    total += pulled.constant
    for (const [index, input] of node.inputs.entries()) visit(input, pulled.inputs[index]!)
  }
  visit(score, Float64Array.of(1))
  return total
}
