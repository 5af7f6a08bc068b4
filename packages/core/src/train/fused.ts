import { type FusedSide, initialState, type Kernels, type Segment, type Sparse, slots } from '@recspec/kernels'
import type { Arrays } from '../contract/form.js'
import type { Run } from '../contract/solver.js'
import { constantOf, pullTerm, type Term } from '../graph/factorize.js'
import type { EmbeddingNode, Graph, Head, OpNode } from '../graph/graph.js'
import type { Problem } from '../graph/problem.js'
import type { LoweredProgram } from '../program/lowered.js'
import type { DescentParams, Executor } from './executor.js'
import { popularity } from './negatives.js'
import { penalties } from './penalty.js'
import type { GradientRule } from './rule.js'

/** Why a phase does not train with the fused kernel, or the head that does. */
export type FusedPlan = { readonly head: Head; readonly terms: readonly Term[] } | { readonly reason: string }

/** Whether per-example descent on packed rows can do what a phase asks: known at compile time, shown by `recspec explain`. */
export const fusedPlan = (params: Pick<DescentParams, 'batchSize'>, problem: Problem): FusedPlan => {
  if (params.batchSize !== undefined && params.batchSize !== 1) return { reason: `batchSize is ${params.batchSize}` }
  const [head, ...others] = problem.heads
  if (!head || others.length > 0) return { reason: 'several heads' }
  const { definition, params: lossParams } = head.loss
  const slope = definition.slope?.(lossParams)
  if (!slope?.kernel) return { reason: `"${head.loss.type}" has no compiled slope` }
  const examples = definition.examples(lossParams)
  if (examples.of !== 'event' || (examples.items !== 'own' && examples.items !== 'sampled'))
    return { reason: `"${head.loss.type}" draws ${examples.of} examples with ${examples.items} items` }
  if (slope.kernel === 'logistic' && head.target) return { reason: 'labels come from a column' }
  if (typeof head.weight !== 'number' || head.weight !== 1) return { reason: 'the head is weighted' }
  const { terms, constants, obstacle } = problem.factors(head)
  if (obstacle) return { reason: `"${obstacle.node}" ${obstacle.reason}` }
  if (constants.length > 0) return { reason: `"${constants[0]!.node}" is another number for every pair` }
  const reason =
    terms.map((term) => unfit(problem, term)).find((found) => found !== undefined) ?? repeated(problem.graph, terms)
  return reason === undefined ? { head, terms } : { reason }
}

const unfit = ({ graph, trains }: Problem, term: Term): string | undefined => {
  for (const factor of [term.user, term.item]) {
    if (!factor) continue
    const node = graph.nodes.get(factor.node)!
    const isKey = node.kind === 'embedding' && graph.inputs.get(node.input)!.definition.reads === 'key'
    if (!isKey || factor.unit) return `"${factor.node}" is not a plain table of ids`
  }
  for (const { node } of term.path) {
    const weights = Object.keys((graph.nodes.get(node) as OpNode).weights)
    if (weights.some((weight) => trains.has(`${node}.${weight}`))) return `"${node}" is trained beside the tables`
    if (weights.some((weight) => weight !== 'bias')) return `"${node}" has weights of its own`
  }
  return pullTerm(graph, term, blank(graph)).every((value) => value === 1)
    ? undefined
    : `"${term.path[0]?.node}" scales its inputs`
}

/** Weights of zeros: enough to see the algebra of ops whose only weight is added. */
const blank =
  (graph: Graph) =>
  (name: string): Arrays =>
    Object.fromEntries(
      Object.entries((graph.nodes.get(name) as OpNode).weights).map(([short, { shape }]) => [
        short,
        new Float32Array(shape.reduce((size, dim) => size * dim, 1)),
      ]),
    )

const repeated = (graph: Graph, terms: readonly Term[]): string | undefined => {
  const tables = terms
    .flatMap(({ user, item }) => [user, item])
    .flatMap((factor) => (factor ? [tableOf(graph, factor.node)] : []))
  const again = tables.find((table, k) => tables.indexOf(table) !== k)
  return again && `table "${again}" is read twice`
}

const tableOf = (graph: Graph, name: string) => (graph.nodes.get(name) as EmbeddingNode).table

interface Lane {
  readonly table?: string
  readonly from: number
  readonly width: number
}

/** The terms side by side: each a slice of lanes, with ones where the other side's bias meets nothing. */
const lanes = (
  graph: Graph,
  terms: readonly Term[],
  side: 'user' | 'item',
): { lanes: readonly Lane[]; width: number } => {
  let from = 0
  const found = terms.map((term): Lane => {
    const factor = term[side]
    const size = graph.nodes.get((term.user ?? term.item)!.node)!.shape[0] as number
    const lane = { from, width: size, ...(factor ? { table: tableOf(graph, factor.node) } : {}) }
    from += size
    return lane
  })
  return { lanes: found, width: Math.ceil(from / 4) * 4 }
}

/** Per-example descent by the fused kernel, or undefined where the plan is another. */
export const fusedExecutor = (
  rule: GradientRule,
  params: DescentParams,
  problem: Problem,
  program: LoweredProgram,
  run: Run,
): Executor | undefined => {
  const plan = fusedPlan(params, problem)
  if ('reason' in plan) return undefined
  const { head, terms } = plan
  const { graph, trains } = problem
  const { kernels, dataset } = program
  const users = packed(program, problem, rule, lanes(graph, terms, 'user'), dataset.users.ids.count + 1)
  const items = packed(program, problem, rule, lanes(graph, terms, 'item'), dataset.items.ids.count + 1)
  const { definition, params: lossParams } = head.loss
  const { negatives } = definition.examples(lossParams)
  const events = eventsOf(program, head)
  const popular = negatives?.sampler === 'popularity' ? popularityOf(program, negatives.power) : undefined
  const kept = (side: Packed) => [...side.states].filter(([name]) => trains.has(name))
  return {
    examples: dataset.events.count,
    steps: dataset.events.count,
    state: new Map([...kept(users), ...kept(items)].map(([name, state]) => [`state ${name}`, state])),
    epoch: async (number, rate, _signal, begun) => {
      users.load()
      items.load()
      const loss = await kernels.epoch({
        users: users.side,
        items: items.side,
        offset: constantOf(graph, head.inputs[0]!, program.weightsOf, trains),
        rule: rule.tables,
        rate: rate(0),
        step: (number - 1) * dataset.events.count,
        loss: definition.slope!(lossParams)!.kernel!,
        events,
        negatives: {
          count: negatives?.count ?? 0,
          excludeObserved: negatives?.exclude === 'observed',
          ...(popular ? { popularity: popular } : {}),
        },
        seed: run.seed,
        phase: run.phase,
        epoch: number,
      })
      users.store()
      items.store()
      return { loss: begun.loss + loss, steps: dataset.events.count }
    },
  }
}

interface Packed {
  readonly side: FusedSide
  readonly states: ReadonlyMap<string, Float32Array>
  /** From the program's tables into packed rows, and back. */
  load(): void
  store(): void
}

const packed = (
  program: LoweredProgram,
  problem: Problem,
  rule: GradientRule,
  { lanes: slices, width }: { lanes: readonly Lane[]; width: number },
  height: number,
): Packed => {
  const { kernels } = program
  const paid = penalties(problem, program)
  const rows = kernels.float32(height * width)
  const states = new Map<string, Float32Array>()
  const segments: Segment[] = []
  const state: Float32Array[] = []
  for (const { table, from, width: size } of slices) {
    const penalty = table === undefined ? undefined : paid.get(table)
    segments.push({ from, width: size, trained: penalty !== undefined, l2: penalty?.l2 ?? 0, nu: penalty?.nu ?? 1 })
    const own = penalty
      ? stateOf(kernels, height * slots(rule.tables, size), initialState(rule.tables))
      : kernels.float32(0)
    state.push(own)
    if (penalty) states.set(table!, own)
    if (table === undefined)
      for (let row = 0; row < height; row++) rows.fill(1, row * width + from, row * width + from + size)
  }
  const counts = kernels.float32(height)
  const counted = slices.find(({ table }) => table !== undefined && paid.has(table))
  if (counted) counts.set(paid.get(counted.table!)!.counts)
  const each = (move: (values: Float32Array, at: number, place: number, size: number) => void) => {
    for (const { table, from, width: size } of slices) {
      if (table === undefined) continue
      const { values } = program.tables.get(table)!
      for (let row = 0; row < height; row++) move(values, row * size, row * width + from, size)
    }
  }
  return {
    side: { rows, width, segments, state, counts },
    states,
    load: () => each((values, at, place, size) => rows.set(values.subarray(at, at + size), place)),
    store: () => each((values, at, place, size) => values.set(rows.subarray(place, place + size), at)),
  }
}

const stateOf = (kernels: Kernels, length: number, initial: number) => kernels.float32(length).fill(initial)

/** Training events by row of the user table (row 0 has none), as rows of the item table, with targets beside them. */
const eventsOf = (program: LoweredProgram, head: Head): Sparse => {
  const { start, other, event } = program.history('user')
  const target = program.target(head)
  const shifted = new Int32Array(start.length + 1)
  shifted.set(start, 1)
  const found = { start: program.kernels.int32(shifted.length), index: program.kernels.int32(other.length) }
  found.start.set(shifted)
  found.index.set(other.map((item) => item + 1))
  if (!target) return found
  const values = program.kernels.float32(other.length)
  event.forEach((row, place) => {
    values[place] = target[row]!
  })
  return { ...found, values }
}

const popularityOf = ({ dataset, kernels }: LoweredProgram, power: number): Float32Array => {
  const weights = kernels.float32(dataset.items.ids.count + 1)
  weights.set(popularity(dataset.events, dataset.items.ids.count, power), 1)
  return weights
}
