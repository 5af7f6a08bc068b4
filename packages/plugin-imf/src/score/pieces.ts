import type { Head, Problem, Program, Term } from '@recspec/core'
import { constantCotangent, termCotangent } from '@recspec/core'

/** One side of a piece: a table that is being learned, a node that is constant, or neither, which stands for 1. */
export interface Part {
  readonly node?: string
  readonly table?: string
}

/** One term of a score as a solver sees it: Σ_k g_k · user_k · item_k. */
export interface Piece {
  readonly term: Term
  readonly user: Part
  readonly item: Part
}

/** A piece with numbers; both values are [entities + 1, width] in the kernels' memory, row 0 zero. */
export interface BoundPiece {
  readonly width: number
  /** g: what the ops between term and score multiply each lane by. */
  readonly scale: Float64Array
  readonly user: Float32Array
  readonly item: Float32Array
}

/** The terms of a factorized score, each side told apart into learned, constant and absent. */
export const piecesOf = ({ graph, trains }: Problem, terms: readonly Term[]): readonly Piece[] => {
  const part = (factor: Term['user']): Part => {
    if (!factor) return {}
    const node = graph.nodes.get(factor.node)!
    return node.kind === 'embedding' && trains.has(node.table)
      ? { node: node.name, table: node.table }
      : { node: node.name }
  }
  return terms.map((term) => ({ term, user: part(term.user), item: part(term.item) }))
}

/** The pieces of a head whose problem was accepted. */
export const pieces = (problem: Problem, head: Head): readonly Piece[] => {
  const { terms, obstacle } = problem.factors(head)
  if (obstacle) throw new Error(`"${obstacle.node}" ${obstacle.reason}`)
  return piecesOf(problem, terms)
}

/** What the score of every training event has from nodes that are constant for its pair; undefined where there are none. */
export const constantsOf = (problem: Problem, head: Head, program: Program): Float32Array | undefined => {
  const { constants = [] } = problem.factors(head)
  const { events } = program.dataset
  const total = new Float32Array(events.count)
  for (const constant of constants) {
    const cotangent = constantCotangent(program.graph, constant, (node) => program.weightsOf(node))
    const values = program.scores(constant.node, events.user, events.item, events)
    for (let event = 0; event < events.count; event++)
      for (let lane = 0; lane < cotangent.length; lane++)
        total[event]! += cotangent[lane]! * values[event * cotangent.length + lane]!
  }
  return constants.length > 0 ? total : undefined
}

/** Finds a piece's numbers: the rows of its tables themselves, copies of what is constant. */
export const bind = (piece: Piece, program: Program): BoundPiece => {
  const scale = termCotangent(program.graph, piece.term, (node) => program.weightsOf(node))
  const width = scale.length
  const values = (part: Part, entities: number): Float32Array => {
    if (part.table !== undefined) return program.tables.get(part.table)!.values
    const constant = program.kernels.float32((entities + 1) * width)
    if (part.node === undefined) constant.fill(1, width)
    else constant.set(program.sideValues(part.node).subarray(width), width)
    return constant
  }
  const { users, items } = program.dataset
  return { width, scale, user: values(piece.user, users.ids.count), item: values(piece.item, items.ids.count) }
}

/** What some pieces add to the score of a user's and an item's row. */
export const scorer = (bound: readonly BoundPiece[], constant: number) => (user: number, item: number) => {
  let score = constant
  for (const piece of bound) {
    const { width, scale } = piece
    const left = user * width
    const right = item * width
    for (let lane = 0; lane < width; lane++)
      score += piece.user[left + lane]! * piece.item[right + lane]! * scale[lane]!
  }
  return score
}
