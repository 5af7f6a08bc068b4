import { movesUnread } from '@recspec/kernels'
import type { WeightArrays } from '../../contract/form.js'
import { type Factor, type Term, termCotangent } from '../../graph/factorize.js'
import type { EmbeddingNode, Graph, Head, OpNode } from '../../graph/graph.js'
import type { Problem } from '../../graph/problem.js'
import type { DescentParams } from '../executor.js'
import type { OptimizerRules } from '../optimizer.js'

/** How a phase trains with the fused kernel: one example a step, or mini-batches. */
export interface Fused {
  readonly head: Head
  readonly terms: readonly Term[]
  /** Scores are cosines. */
  readonly normalized: boolean
  /** Dropout of the vectors of users: by which op, and how much. */
  readonly dropout?: NonNullable<Factor['dropout']>
  /** Absent: per-example descent in strata. */
  readonly batchSize?: number
}

/** The fused plan of a phase, or why it trains on tfjs. */
export type FusedPlan = Fused | { readonly reason: string }

/** Examples of a mini-batch where the document does not say and one at a time will not do. */
const BATCH = 256

/** Whether descent on packed rows can do what a phase asks: known at compile time, shown by `recspec explain`. */
export const fusedPlan = (
  rule: OptimizerRules,
  { batchSize, weightDecay, clipNorm }: Pick<DescentParams, 'batchSize' | 'weightDecay' | 'clipNorm'>,
  problem: Problem,
): FusedPlan => {
  if (weightDecay) return { reason: `weightDecay is ${weightDecay}` }
  if (clipNorm !== undefined) return { reason: `clipNorm is ${clipNorm}` }
  const [head, ...others] = problem.heads
  if (!head || others.length > 0) return { reason: 'several heads' }
  const { definition, params: lossParams } = head.loss
  const slope = definition.slope?.(lossParams, 1)
  if (!slope) return { reason: `"${head.loss.type}" declares no slope` }
  const { of, items, negatives } = definition.examples(lossParams)
  if (of !== 'event' || (items !== 'own' && items !== 'sampled'))
    return { reason: `"${head.loss.type}" draws ${of} examples with ${items} items` }
  if (typeof head.weight !== 'number' || head.weight !== 1) return { reason: 'the head is weighted' }
  const { terms, constants, obstacle } = problem.factors(head, { descent: true })
  if (obstacle) return { reason: `"${obstacle.node}" ${obstacle.reason}` }
  if (constants.length > 0) return { reason: `"${constants[0]!.node}" is another number for every pair` }
  const reason =
    terms.map((term) => termObstacle(problem, term)).find((found) => found !== undefined) ??
    vectorObstacle(terms) ??
    repeatedTable(problem.graph, terms)
  if (reason !== undefined) return { reason }
  const normalized = terms.some(({ user, item }) => user?.normalized || item?.normalized)
  const dropout = terms[0]?.user?.dropout
  const plain = !normalized && !dropout && !negatives?.shared && !movesUnread(rule.tables)
  const oneByOne = (batchSize ?? 1) === 1 && 'kernel' in slope && plain
  const plan = { head, terms, normalized, ...(dropout ? { dropout } : {}) }
  return oneByOne ? plan : { ...plan, batchSize: batchSize ?? BATCH }
}

const termObstacle = ({ graph, trains }: Problem, term: Term): string | undefined => {
  for (const factor of [term.user, term.item]) {
    if (!factor) continue
    const node = graph.nodes.get(factor.node)!
    const isKey = node.kind === 'embedding' && graph.inputs.get(node.input)!.definition.reads === 'key'
    if (!isKey) return `"${factor.node}" is not a plain table of ids`
  }
  for (const { node } of term.path) {
    const weights = Object.keys((graph.nodes.get(node) as OpNode).weights)
    if (weights.some((weight) => trains.has(`${node}.${weight}`))) return `"${node}" is trained beside the tables`
    if (weights.some((weight) => weight !== 'bias')) return `"${node}" has weights of its own`
  }
  return termCotangent(graph, term, blank(graph)).every((value) => value === 1)
    ? undefined
    : `"${term.path[0]?.node}" scales its inputs`
}

/** Why the kernel cannot scale vectors to length 1, or drop numbers of them out, as the terms ask. */
const vectorObstacle = (terms: readonly Term[]): string | undefined => {
  const factors = terms.flatMap(({ user, item }) => [user, item]).filter((factor) => factor !== undefined)
  const dropout = factors.find((factor) => factor.dropout)?.dropout
  if (terms.length > 1) {
    if (factors.some(({ normalized }) => normalized)) return 'cosines are added to other terms'
    return dropout && `dropout at "${dropout.node}" stands beside other terms`
  }
  const [{ user, item } = {}] = terms
  if (item?.dropout) return `dropout at "${item.dropout.node}" is that of items`
  return user && item && user.normalized !== item.normalized ? 'one side alone is scaled to length 1' : undefined
}

/** Weights of zeros: enough to see the algebra of ops whose only weight is added. */
const blank =
  (graph: Graph) =>
  (name: string): WeightArrays =>
    Object.fromEntries(
      Object.entries((graph.nodes.get(name) as OpNode).weights).map(([short, { shape }]) => [
        short,
        new Float32Array(shape.reduce((size, dim) => size * dim, 1)),
      ]),
    )

const repeatedTable = (graph: Graph, terms: readonly Term[]): string | undefined => {
  const tables = terms
    .flatMap(({ user, item }) => [user, item])
    .flatMap((factor) => (factor ? [tableOf(graph, factor.node)] : []))
  const again = tables.find((table, k) => tables.indexOf(table) !== k)
  return again && `table "${again}" is read twice`
}

/** The table that an embedding reads. */
export const tableOf = (graph: Graph, name: string) => (graph.nodes.get(name) as EmbeddingNode).table
