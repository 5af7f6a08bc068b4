import { updatesUnreadRows } from '@recspec/kernels'
import type { WeightArrays } from '../../contract/form.js'
import { dropoutObstacle } from '../../graph/dropout.js'
import type { Factor, Factorization, Term } from '../../graph/factorize.js'
import type { EmbeddingNode, Graph, Head, OpNode } from '../../graph/graph.js'
import { choosesPositives } from '../../graph/heads.js'
import { formOf } from '../../graph/ports.js'
import type { Problem } from '../../graph/problem.js'
import { scoreVjp } from '../../graph/vjp.js'
import { samplerOf } from '../../program/sampling.js'
import { targetColumns } from '../../program/target.js'
import type { DescentParams } from '../executor.js'
import type { OptimizerPair } from '../optimizer.js'

/** How a phase trains with the fused kernel: one example per step, or mini-batches. */
export interface Fused {
  readonly head: Head
  readonly terms: readonly Term[]
  /** Scores are cosines. */
  readonly normalized: boolean
  /** Dropout of user vectors: the op and its rate. */
  readonly dropout?: NonNullable<Factor['dropout']>
  /** Absent: per-example descent in strata. */
  readonly batchSize?: number
}

/** The fused plan of a phase, or the reason why it trains on tfjs. */
export type FusedPlan = Fused | { readonly reason: string }

/** Default batch size where per-example descent is not possible. */
const BATCH = 256

/** Whether the fused kernel can train a phase: known at compile time, shown by `recspec explain`. */
export const fusedPlan = (
  optimizer: OptimizerPair,
  { batchSize, weightDecay, clipNorm }: Pick<DescentParams, 'batchSize' | 'weightDecay' | 'clipNorm'>,
  problem: Problem,
): FusedPlan => {
  if (!optimizer.tables.kernel) return { reason: `optimizer "${optimizer.tables.name}" has no kernel` }
  if (weightDecay) return { reason: `weightDecay is ${weightDecay}` }
  if (clipNorm !== undefined) return { reason: `clipNorm is ${clipNorm}` }
  const [head, ...others] = problem.heads
  if (!head || others.length > 0) return { reason: 'several heads' }
  if (head.examples) return { reason: 'every position in one pass' }
  const { definition, params: lossParams } = head.loss
  const slope = definition.slope?.(lossParams, 1)
  if (!slope) return { reason: `"${head.loss.type}" declares no slope` }
  if (Object.keys(targetColumns(head)).length > 0) return { reason: `"${head.loss.type}" reads several targets` }
  const { of, items, negatives } = definition.examples(lossParams)
  if (of !== 'event' || (items !== 'own' && items !== 'sampled'))
    return { reason: `"${head.loss.type}" draws ${of} examples with ${items} items` }
  if (negatives && !samplerOf(problem.graph, negatives).weights)
    return { reason: `sampler "${negatives.sampler.type}" draws for each user` }
  if (typeof head.weight !== 'number' || head.weight !== 1) return { reason: 'the head is weighted' }
  const found = problem.factors(head, { descent: true })
  const { terms, constants, obstacle } = found
  if (obstacle) return { reason: `"${obstacle.node}" ${obstacle.reason}` }
  if (constants.length > 0) return { reason: `"${constants[0]!.at}" differs for every pair` }
  const reason =
    tableObstacle(problem.graph, terms) ??
    linearObstacle(problem, head, found) ??
    vectorObstacle(terms) ??
    repeatedTable(problem.graph, terms)
  if (reason !== undefined) return { reason }
  const normalized = terms.some(({ user, item }) => user?.normalized || item?.normalized)
  const dropout = terms[0]?.user?.dropout
  const all = !choosesPositives(head)
  const together = 'kernel' in slope && slope.kernel.together
  const perExample =
    all && !together && !normalized && !dropout && !negatives?.shared && !updatesUnreadRows(optimizer.tables)
  const oneByOne = (batchSize ?? 1) === 1 && 'kernel' in slope && perExample
  const plan = { head, terms, normalized, ...(dropout ? { dropout } : {}) }
  return oneByOne ? plan : { ...plan, batchSize: batchSize ?? BATCH }
}

const tableObstacle = (graph: Graph, terms: readonly Term[]): string | undefined => {
  for (const factor of terms.flatMap(({ user, item }) => [user, item])) {
    if (!factor) continue
    const node = graph.nodes.get(factor.node)!
    const isKey = node.kind === 'embedding' && graph.inputs.get(node.input)!.definition.reads === 'key'
    if (!isKey) return `"${factor.node}" is not a plain table of ids`
    const dropout = dropoutObstacle(graph, node)
    if (dropout) return `"${factor.node}" ${dropout}`
  }
  return undefined
}

/** Why the kernel cannot evaluate the linear ops between a score and its terms: they may only add constants. */
const linearObstacle = (
  { graph, trains }: Problem,
  head: Head,
  { terms = [], linear = [] }: Factorization,
): string | undefined => {
  for (const name of linear) {
    const node = graph.nodes.get(name) as OpNode
    const form = formOf(graph, node)
    const weights = Object.keys(node.weights)
    if (weights.some((weight) => trains.has(`${name}.${weight}`)))
      return `"${name}" is trained together with the tables`
    if (weights.some((weight) => form?.is !== 'linear' || !form.shift?.includes(weight)))
      return `"${name}" has weights of its own`
  }
  const { of } = scoreVjp(graph, head.inputs[0]!, zeroWeights(graph), trains)
  const scaled = terms.find((term) => of(term).some((value) => value !== 1))
  return scaled && `"${linear[0]}" scales its inputs`
}

/** Why the kernel cannot apply the L2 normalization or the dropout of the terms. */
const vectorObstacle = (terms: readonly Term[]): string | undefined => {
  const factors = terms.flatMap(({ user, item }) => [user, item]).filter((factor) => factor !== undefined)
  const dropout = factors.find((factor) => factor.dropout)?.dropout
  if (terms.length > 1) {
    if (factors.some(({ normalized }) => normalized)) return 'cosines are added to other terms'
    return dropout && `dropout at "${dropout.node}" is combined with other terms`
  }
  const [{ user, item } = {}] = terms
  if (item?.dropout) return `dropout at "${item.dropout.node}" applies to items`
  return user && item && user.normalized !== item.normalized ? 'one side alone is L2-normalized' : undefined
}

/** Weights of zeros: sufficient for ops whose weights are only added. */
const zeroWeights =
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
  const repeated = tables.find((table, k) => tables.indexOf(table) !== k)
  return repeated && `table "${repeated}" is read twice`
}

/** The table that an embedding reads. */
export const tableOf = (graph: Graph, name: string) => (graph.nodes.get(name) as EmbeddingNode).table
