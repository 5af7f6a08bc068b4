import { type Head, type Problem, type Program, type ScoreVjp, scoreVjp, type Term } from '@recspec/core'

/**
 * One factor of a term: a table that the phase trains, a node that it keeps constant, or neither, which is a vector of
 * ones.
 */
export interface TermFactor {
  readonly node?: string
  readonly table?: string
}

/** One term of a score as a solver sees it: Σ_k scale_k · user_k · item_k. */
export interface ScoreTerm {
  readonly term: Term
  readonly user: TermFactor
  readonly item: TermFactor
}

/** A term with its numbers; `user` and `item` are [entities + 1, width] in the kernels' memory, row 0 zero. */
export interface BoundTerm {
  readonly width: number
  /** [width]: what the ops between the term and the score multiply each column by. */
  readonly scale: Float64Array
  readonly user: Float32Array
  readonly item: Float32Array
}

/** The terms of a factorized score, each factor marked as trained, constant or absent. */
export const scoreTermsOf = ({ graph, trains }: Problem, terms: readonly Term[]): readonly ScoreTerm[] => {
  const factorOf = (factor: Term['user']): TermFactor => {
    if (!factor) return {}
    const node = graph.nodes.get(factor.node)!
    return node.kind === 'embedding' && trains.has(node.table)
      ? { node: node.name, table: node.table }
      : { node: node.name }
  }
  return terms.map((term) => ({ term, user: factorOf(term.user), item: factorOf(term.item) }))
}

/** The terms of a head whose problem the solver did not reject. */
export const headTerms = (problem: Problem, head: Head): readonly ScoreTerm[] => {
  const { terms, obstacle } = problem.factors(head)
  if (obstacle) throw new Error(`"${obstacle.node}" ${obstacle.reason}`)
  return scoreTermsOf(problem, terms)
}

/**
 * [events]: what nodes that are constant for a pair add to the score of each training event; undefined without such
 * nodes.
 */
export const eventConstants = (problem: Problem, head: Head, program: Program): Float32Array | undefined => {
  const { constants = [] } = problem.factors(head)
  const { events } = program.dataset
  const total = new Float32Array(events.count)
  const vjp = headVjp(problem, head, program)
  for (const constant of constants) {
    const cotangent = vjp.of(constant)
    const values = program.scores(constant.at, events.user, events.item, events)
    const width = cotangent.length
    for (let event = 0; event < events.count; event++)
      for (let column = 0; column < width; column++)
        total[event]! += cotangent[column]! * values[event * width + column]!
  }
  return constants.length > 0 ? total : undefined
}

/** The cotangents of a head's score, with the weights as they are. */
export const headVjp = ({ graph, trains }: Problem, head: Head, program: Program): ScoreVjp =>
  scoreVjp(graph, head.inputs[0]!, (node) => program.weightsOf(node), trains)

/** Finds the numbers of a term: the values of trained tables themselves, copies of constant nodes. */
export const bindTerm = ({ term, user, item }: ScoreTerm, vjp: ScoreVjp, program: Program): BoundTerm => {
  const scale = vjp.of(term)
  const width = scale.length
  const values = (factor: TermFactor, entities: number): Float32Array => {
    if (factor.table !== undefined) return program.tables.get(factor.table)!.values
    const constant = program.kernels.float32((entities + 1) * width)
    if (factor.node === undefined) constant.fill(1, width)
    else constant.set(program.sideValues(factor.node).subarray(width), width)
    return constant
  }
  const { users, items } = program.dataset
  return { width, scale, user: values(user, users.ids.count), item: values(item, items.ids.count) }
}

/** `constant` plus the value of some terms, as a function of a user's row and an item's row. */
export const scoreFunction = (terms: readonly BoundTerm[], constant: number) => (user: number, item: number) => {
  let score = constant
  for (const term of terms) {
    const { width, scale } = term
    const left = user * width
    const right = item * width
    for (let column = 0; column < width; column++)
      score += term.user[left + column]! * term.item[right + column]! * scale[column]!
  }
  return score
}
