import { factorize, scoreConstant, type Term, termCotangent } from '../../graph/factorize.js'
import type { Head } from '../../graph/graph.js'
import type { LoweredProgram } from '../../program/lowered.js'

/** Vectors of both sides whose dot product, plus `constant`, is the score. Entry 0 is someone unknown. */
export interface Vectors {
  /** [count + 1, width]. */
  readonly user: Float32Array
  readonly item: Float32Array
  readonly width: number
  /** The first lanes: products of both sides. The others are biases, which say nothing about likeness. */
  readonly shared: number
  readonly constant: number
}

/**
 * Evaluates both sides of a bilinear score with the weights as they are; or says which node is in the way. Of several
 * programs (draws of a posterior) the mean score: products side by side, each side divided by √draws, biases averaged.
 */
export const vectorsOf = (programs: readonly LoweredProgram[], head: Head): Vectors | { readonly obstacle: string } => {
  const [program] = programs as [LoweredProgram]
  const { graph } = program
  const score = head.inputs[0]!
  const { terms, obstacle } = factorize(graph, score)
  if (obstacle) return { obstacle: `"${obstacle.node}" ${obstacle.reason}` }
  const products = terms.filter(({ user, item }) => user && item)
  const biases = terms.filter(({ user, item }) => !user !== !item)
  const sizes = products.map((term) => graph.nodes.get(term.user!.node)!.shape[0] as number)
  const shared = programs.length * sizes.reduce((sum, size) => sum + size, 0)
  const width = shared + biases.length
  const share = 1 / Math.sqrt(programs.length)
  const side = (name: 'user' | 'item') => {
    const count = (name === 'user' ? program.dataset.users : program.dataset.items).ids.count + 1
    const out = new Float32Array(count * width)
    let from = 0
    for (const one of programs)
      for (const [k, term] of products.entries()) {
        place(one, term, name, out, width, from, sizes[k]!, share)
        from += sizes[k]!
      }
    for (const term of biases) {
      for (const one of programs) addBias(one, term, name, out, width, from, 1 / programs.length)
      from++
    }
    return out
  }
  const constants = programs.map(({ weightsOf }) => scoreConstant(graph, score, weightsOf))
  return {
    user: side('user'),
    item: side('item'),
    width,
    shared,
    constant: constants.reduce((sum, constant) => sum + constant, 0) / programs.length,
  }
}

/** One factor of a product; the term's cotangent goes into the user's. */
const place = (
  program: LoweredProgram,
  term: Term,
  side: 'user' | 'item',
  out: Float32Array,
  width: number,
  from: number,
  size: number,
  share: number,
) => {
  const { node, normalized: unit } = term[side]!
  const values = program.sideValues(node)
  const cotangent = side === 'user' ? termCotangent(program.graph, term, program.weightsOf) : undefined
  for (let entry = 0; entry * size < values.length; entry++) {
    const own = values.subarray(entry * size, (entry + 1) * size)
    const scale = unit
      ? share /
        Math.sqrt(
          Math.max(
            1e-12,
            own.reduce((sum, value) => sum + value * value, 0),
          ),
        )
      : share
    for (let lane = 0; lane < size; lane++)
      out[entry * width + from + lane] = scale * own[lane]! * (cotangent?.[lane] ?? 1)
  }
}

/** A one-sided term: its share of the sum in the own side's lane, 1 in the other's. */
const addBias = (
  program: LoweredProgram,
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
  const cotangent = termCotangent(program.graph, term, program.weightsOf)
  const values = program.sideValues(factor.node)
  for (let entry = 0; entry * cotangent.length < values.length; entry++)
    out[entry * width + lane]! +=
      share * cotangent.reduce((sum, weight, k) => sum + weight * values[entry * cotangent.length + k]!, 0)
}

/** The first lanes of every vector, scaled to length 1 if asked: [count, lanes] without the unknown entry. */
export const likeness = (values: Float32Array, { width, shared }: Vectors, unit: boolean): Float32Array => {
  const count = values.length / width - 1
  const out = new Float32Array(count * shared)
  for (let entry = 0; entry < count; entry++) {
    const own = values.subarray((entry + 1) * width, (entry + 1) * width + shared)
    const length = unit ? Math.sqrt(own.reduce((sum, value) => sum + value * value, 0)) : 1
    for (let lane = 0; lane < shared; lane++) out[entry * shared + lane] = length > 0 ? own[lane]! / length : 0
  }
  return out
}
