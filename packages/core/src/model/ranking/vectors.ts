import type { Kernels } from '@recspec/kernels'
import { factorize, type Term } from '../../graph/factorize.js'
import type { Head } from '../../graph/graph.js'
import { matrixProduct, type ScoreVjp, scoreVjp, termMatrix } from '../../graph/vjp.js'
import type { LoweredProgram } from '../../program/lowered.js'

/** Vectors of both sides whose dot product, plus `constant`, is the score. Entry 0 is unknown. */
export interface Vectors {
  /** [count + 1, width]. */
  readonly user: Float32Array
  readonly item: Float32Array
  readonly width: number
  /** Number of first lanes with products of both sides. The others are biases, which similarity ignores. */
  readonly shared: number
  readonly constant: number
}

/**
 * Evaluates both sides of a bilinear score with the current weights, or names the obstacle. For several programs
 * (posterior samples) the mean score: products concatenated, each side divided by √samples, biases averaged.
 */
export const vectorsOf = (programs: readonly LoweredProgram[], head: Head): Vectors | { readonly obstacle: string } => {
  const [program] = programs as [LoweredProgram]
  const { graph } = program
  const score = head.inputs[0]!
  const { terms, obstacle } = factorize(graph, score)
  if (obstacle) return { obstacle: `"${obstacle.node}" ${obstacle.reason}` }
  const products = terms.filter(({ user, item }) => user && item)
  const biases = terms.filter(({ user, item }) => !user !== !item)
  // a product with a matrix has the width of its item side: the user side is multiplied by the matrix
  const sizes = products.map((term) => graph.nodes.get(term.item!.node)!.shape[0] as number)
  const passes = programs.map(({ weightsOf }) => scoreVjp(graph, score, weightsOf))
  const shared = programs.length * sizes.reduce((sum, size) => sum + size, 0)
  const width = shared + biases.length
  const share = 1 / Math.sqrt(programs.length)
  const side = (name: 'user' | 'item') => {
    const count = (name === 'user' ? program.dataset.users : program.dataset.items).ids.count + 1
    const out = new Float32Array(count * width)
    let from = 0
    for (const [p, one] of programs.entries())
      for (const [k, term] of products.entries()) {
        place(one, passes[p]!, term, name, out, width, from, sizes[k]!, share)
        from += sizes[k]!
      }
    for (const term of biases) {
      for (const [p, one] of programs.entries())
        addBias(one, passes[p]!, term, name, out, width, from, 1 / programs.length)
      from++
    }
    return out
  }
  return {
    user: side('user'),
    item: side('item'),
    width,
    shared,
    constant: passes.reduce((sum, { constant }) => sum + constant, 0) / programs.length,
  }
}

/** Writes one factor of a product; the user factor is multiplied by the cotangent of the term. */
const place = (
  program: LoweredProgram,
  pass: ScoreVjp,
  term: Term,
  side: 'user' | 'item',
  out: Float32Array,
  width: number,
  from: number,
  size: number,
  share: number,
) => {
  const { node, normalized } = term[side]!
  const values = side === 'user' ? timesMatrix(program, term, program.sideValues(node), size) : program.sideValues(node)
  // the cotangent of a product with a matrix is one number for all lanes
  const cotangent = side === 'user' ? pass.of(term) : undefined
  const factorAt = (lane: number) => (cotangent ? cotangent[term.matrix === undefined ? lane : 0]! : 1)
  for (let entry = 0; entry * size < values.length; entry++) {
    const own = values.subarray(entry * size, (entry + 1) * size)
    const scale = normalized
      ? share /
        Math.sqrt(
          Math.max(
            1e-12,
            own.reduce((sum, value) => sum + value * value, 0),
          ),
        )
      : share
    for (let lane = 0; lane < size; lane++) out[entry * width + from + lane] = scale * own[lane]! * factorAt(lane)
  }
}

/** Rows of users times the matrix of a term, where it has one: [count, size]. */
const timesMatrix = (program: LoweredProgram, term: Term, values: Float32Array, size: number): Float32Array => {
  const matrix = termMatrix(program.graph, term, program.weightsOf)
  return matrix ? matrixProduct(values, matrix, size) : values
}

/** Adds a one-sided term: its share of the sum in the lane of its own side, 1 in that of the other. */
const addBias = (
  program: LoweredProgram,
  pass: ScoreVjp,
  term: Term,
  side: 'user' | 'item',
  out: Float32Array,
  width: number,
  lane: number,
  share: number,
) => {
  const factor = term[side]
  if (!factor) {
    for (let at = lane; at < out.length; at += width) out[at] = 1
    return
  }
  const cotangent = pass.of(term)
  const values = program.sideValues(factor.node)
  for (let entry = 0; entry * cotangent.length < values.length; entry++)
    out[entry * width + lane]! +=
      share * cotangent.reduce((sum, weight, k) => sum + weight * values[entry * cotangent.length + k]!, 0)
}

/** Vectors of some entities, −1 unknown, one after the other. */
export const vectorsAt = (
  kernels: Kernels,
  values: Float32Array,
  width: number,
  entities: Int32Array,
): Float32Array => {
  const rows = new Float32Array(entities.length * width)
  // row 0 is unknown
  kernels.gather(
    values,
    width,
    entities.map((entity) => entity + 1),
    rows,
  )
  return rows
}

/** The product lanes of every vector: [count, shared], without the unknown entry. */
export const productVectors = (values: Float32Array, { width, shared }: Vectors): Float32Array => {
  const count = values.length / width - 1
  const out = new Float32Array(count * shared)
  for (let entry = 0; entry < count; entry++)
    out.set(values.subarray((entry + 1) * width, (entry + 1) * width + shared), entry * shared)
  return out
}
