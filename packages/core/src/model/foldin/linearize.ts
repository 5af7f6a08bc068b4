import { Failure } from '../../failure.js'
import { dependentNodes, factorize, type Term } from '../../graph/factorize.js'
import type { EmbeddingNode, Graph, Head } from '../../graph/graph.js'
import { matrixProduct, type ScoreVjp, scoreVjp, termMatrix, transposed } from '../../graph/vjp.js'
import type { LoweredProgram } from '../../program/lowered.js'

/** A table that reads the ids of a side: a slice of the vector that is solved for. */
export interface Slice {
  readonly table: string
  readonly from: number
  readonly width: number
}

/** Part of a score that does not depend on the vector: a bias of the other side, a constant. */
export interface Offset {
  readonly name: string
  /** One number for each entity of the other side. */
  readonly values: Float64Array
}

/**
 * The score of an entity of one side as a function of its vector x: features[j] · x + Σ rest[j], for every entity j of
 * the other side. A quadratic loss gives normal equations in x.
 */
export interface LinearScore {
  readonly side: 'user' | 'item'
  readonly width: number
  readonly pieces: readonly Slice[]
  /** [count, width]. */
  readonly features: Float64Array
  readonly rests: readonly Offset[]
  /** Σ of the rests. */
  readonly rest: Float64Array
  readonly count: number
  /** Whether the rests depend on the entity: its side has inputs other than its id. */
  readonly personal: boolean
}

/** Tables that a side reads by id. */
const idTables = (graph: Graph, side: 'user' | 'item'): ReadonlySet<string> =>
  new Set(
    [...graph.nodes.values()].flatMap((node) => {
      if (node.kind !== 'embedding') return []
      const { definition, entity } = graph.inputs.get(node.input)!
      return definition.reads === 'key' && entity === side ? [node.table] : []
    }),
  )

const obstacleFailure = (node: string, reason: string) =>
  new Failure(
    'query',
    `needs a score that is bilinear in tables of ids: "${node}" ${reason}`,
    '"recommend" and "evaluate" answer for any score',
  )

/**
 * Linearizes the score of a head in the vector of one side; throws a Failure that names the obstacle. Other inputs of
 * the side are those of `entity`, default unknown.
 */
export const linearize = (program: LoweredProgram, head: Head, side: 'user' | 'item', entity = -1): LinearScore => {
  const { graph, dataset } = program
  const other = side === 'user' ? 'item' : 'user'
  const count = (other === 'user' ? dataset.users : dataset.items).ids.count
  const score = head.inputs[0]!
  const tables = idTables(graph, side)
  const { terms, constants, obstacle } = factorize(graph, score, { trains: tables, matrices: true })
  if (obstacle) throw obstacleFailure(obstacle.node, obstacle.reason)

  const dependent = dependentNodes(graph, tables)
  const values = memoized((node: string) => program.sideValues(node))
  const solved = terms.filter((term) => tables.has(tableOf(graph, term, side)))
  const pieces: Slice[] = []
  for (const term of solved) {
    const table = tableOf(graph, term, side)
    const node = graph.nodes.get(term[side]!.node)!
    const { definition } = graph.inputs.get((node as EmbeddingNode).input)!
    if (definition.reads !== 'key') throw obstacleFailure(node.name, 'reads a table of ids by another input')
    const known = pieces.find((piece) => piece.table === table)
    const from = pieces.reduce((sum, { width }) => sum + width, 0)
    if (!known) pieces.push({ table, from, width: node.shape[0] as number })
  }
  if (pieces.length === 0) throw obstacleFailure(score, `reads no table by the ids of ${side}s`)
  const width = pieces.reduce((sum, piece) => sum + piece.width, 0)

  const pass = scoreVjp(graph, score, program.weightsOf, tables)
  const features = new Float64Array(count * width)
  const rests: Offset[] = []
  for (const term of terms) {
    const cotangent = laneCotangent(graph, pass, term, side)
    const size = cotangent.length
    const otherNode = term[other]?.node
    if (otherNode !== undefined && dependent.has(otherNode))
      throw obstacleFailure(otherNode, `depends on the ids of ${side}s too`)
    const theirs =
      term[other] &&
      otherFactors(program, term, side, normalizedRows(values(term[other].node), size, term[other].normalized))
    if (solved.includes(term)) {
      const { from } = pieces.find(({ table }) => table === tableOf(graph, term, side))!
      for (let j = 0; j < count; j++)
        for (let lane = 0; lane < size; lane++)
          features[j * width + from + lane]! += cotangent[lane]! * (theirs ? theirs[(j + 1) * size + lane]! : 1)
      continue
    }
    const from = (entity + 1) * size
    const own =
      term[side] && normalizedRows(values(term[side].node).subarray(from, from + size), size, term[side].normalized)
    const added = new Float64Array(count)
    for (let j = 0; j < count; j++)
      for (let lane = 0; lane < size; lane++)
        added[j]! += cotangent[lane]! * (own ? own[lane]! : 1) * (theirs ? theirs[(j + 1) * size + lane]! : 1)
    rests.push({ name: (term[other] ?? term[side])!.node, values: added })
  }
  const others = Int32Array.from({ length: count }, (_, j) => j)
  const entities = new Int32Array(count).fill(entity)
  for (const constant of constants) {
    const cotangent = pass.of(constant)
    const found = program.scores(
      constant.at,
      ...((side === 'user' ? [entities, others] : [others, entities]) as [Int32Array, Int32Array]),
    )
    const added = new Float64Array(count)
    for (let j = 0; j < count; j++)
      for (let lane = 0; lane < cotangent.length; lane++)
        added[j]! += cotangent[lane]! * found[j * cotangent.length + lane]!
    rests.push({ name: constant.at, values: added })
  }
  const { constant } = pass
  if (constant !== 0) rests.push({ name: 'constant', values: new Float64Array(count).fill(constant) })
  const rest = new Float64Array(count)
  for (const { values } of rests) for (let j = 0; j < count; j++) rest[j]! += values[j]!
  const personal = constants.length > 0 || terms.some((term) => term[side] && !solved.includes(term))
  return { side, width, pieces, features, rests, rest, count, personal }
}

/** The cotangent of a term per number of a side's vector; for a product with a matrix one number, repeated. */
const laneCotangent = (graph: Graph, pass: ScoreVjp, term: Term, side: 'user' | 'item'): Float64Array => {
  const cotangent = pass.of(term)
  if (term.matrix === undefined) return cotangent
  return new Float64Array(graph.nodes.get(term[side]!.node)!.shape[0] as number).fill(cotangent[0]!)
}

/** Vectors of the other side, multiplied by the matrix of the term where it has one: the factors of the own vector. */
const otherFactors = (
  { graph, weightsOf }: LoweredProgram,
  term: Term,
  side: 'user' | 'item',
  theirs: Float32Array,
) => {
  const matrix = termMatrix(graph, term, weightsOf)
  if (!matrix) return theirs
  const [users, items] = [term.user!, term.item!].map(({ node }) => graph.nodes.get(node)!.shape[0] as number)
  return side === 'user'
    ? matrixProduct(theirs, transposed(matrix, items!), users!)
    : matrixProduct(theirs, matrix, items!)
}

const tableOf = (graph: Graph, term: Term, side: 'user' | 'item'): string => {
  const node = term[side] && graph.nodes.get(term[side].node)
  return node?.kind === 'embedding' ? node.table : ''
}

const memoized = <V>(make: (name: string) => V): ((name: string) => V) => {
  const made = new Map<string, V>()
  return (name) => {
    const found = made.get(name) ?? make(name)
    made.set(name, found)
    return found
  }
}

/** Rows, L2-normalized if `normalized`. */
const normalizedRows = (values: Float32Array, size: number, normalized: boolean): Float32Array => {
  if (!normalized) return values
  const out = values.slice()
  for (let from = 0; from < out.length; from += size) {
    const row = out.subarray(from, from + size)
    const length = Math.sqrt(
      Math.max(
        1e-12,
        row.reduce((sum, value) => sum + value * value, 0),
      ),
    )
    row.forEach((value, lane) => {
      row[lane] = value / length
    })
  }
  return out
}
