import { callOperator, opUse } from '../blame.js'
import type { Vjp, WeightArrays } from '../contract/form.js'
import { dependentNodes, isFactor, type PairConstant, type Term } from './factorize.js'
import type { Graph, OpNode } from './graph.js'
import { formOf } from './ports.js'

/** Cotangents of a factorized score: the derivative of the score by each component of a term or constant. */
export interface ScoreVjp {
  /** [width] of the term's product or of the constant's node. */
  of(term: Term | PairConstant): Float64Array
  /** The rest of the score, the same for all pairs: biases of dense layers, a global mean. */
  readonly constant: number
}

/**
 * Backpropagates the cotangent [1] of a score through its linear ops. `weights` gives the weights of a node by its
 * name; `trains` must be that of the factorization.
 */
export const scoreVjp = (
  graph: Graph,
  score: string,
  weights: (node: string) => WeightArrays,
  trains?: ReadonlySet<string>,
): ScoreVjp => {
  const trained = trains ? dependentNodes(graph, trains) : new Set<string>()
  const cotangents = new Map<string, Float64Array>([[score, Float64Array.of(1)]])
  let constant = 0
  // reverse topological order: a node comes after every node that reads it
  for (const node of [...graph.nodes.values()].reverse()) {
    const cotangent = cotangents.get(node.name)
    if (!cotangent || node.kind !== 'op' || isFactor(node, trained) || formOf(graph, node)?.is !== 'linear') continue
    const found = vjpThrough(graph, node.name, cotangent, weights)
    constant += found.constant
    for (const [index, input] of node.inputs.entries()) {
      const known = cotangents.get(input)
      const added = found.inputs[index]!
      cotangents.set(input, known ? known.map((value, lane) => value + added[lane]!) : added)
    }
  }
  return {
    constant,
    of: (term) => {
      const cotangent = cotangents.get(term.at)!
      if (!('user' in term && term.user && term.item)) return cotangent
      const product = graph.nodes.get(term.at) as OpNode
      if (formOf(graph, product)!.is !== 'dot') return cotangent
      return new Float64Array(graph.nodes.get(product.inputs[0]!)!.shape[0] as number).fill(cotangent[0]!)
    },
  }
}

/**
 * The vjp of one linear op: `cotangent` [width of its output] gives a cotangent [width] for each node of its `inputs`,
 * the one of a joined port split by width. Throws an Error where the op has no linear form.
 */
export const vjpThrough = (
  graph: Graph,
  name: string,
  cotangent: Float64Array,
  weights: (node: string) => WeightArrays,
): Vjp => {
  const node = graph.nodes.get(name) as OpNode
  const form = formOf(graph, node)
  if (form?.is !== 'linear') throw new Error(`"${name}" is not linear`)
  const { inputs, constant } = callOperator(opUse(graph, node), () => form.vjp(cotangent, weights(name)))
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
 * The matrix of a term as [user width, item width], transposed where its op reads the item first; undefined without
 * one.
 */
export const termMatrix = (
  graph: Graph,
  term: Term,
  weights: (node: string) => WeightArrays,
): Float32Array | undefined => {
  if (term.matrix === undefined) return undefined
  const values = weights(term.at)[term.matrix]!
  const [first, second] = (graph.nodes.get(term.at) as OpNode).inputs.map((name) => graph.nodes.get(name)!)
  return first!.side === 'user' ? values : transposed(values, second!.shape[0] as number)
}

/** The transpose of a matrix [rows, columns]. */
export const transposed = (values: Float32Array, columns: number): Float32Array => {
  const rows = values.length / columns
  return values.map((_, place) => values[(place % rows) * columns + Math.floor(place / rows)]!)
}

/** [rows, inner] times [inner, columns]. */
export const matrixProduct = (left: Float32Array, right: Float32Array, columns: number): Float32Array => {
  const inner = right.length / columns
  const out = new Float32Array((left.length / inner) * columns)
  for (let row = 0; row * inner < left.length; row++)
    for (let k = 0; k < inner; k++) {
      const by = left[row * inner + k]!
      for (let column = 0; column < columns; column++) out[row * columns + column]! += by * right[k * columns + column]!
    }
  return out
}
