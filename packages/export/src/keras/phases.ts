import {
  choosesPositives,
  type EmbeddingNode,
  type Examples,
  Failure,
  type Graph,
  type Head,
  type HeadGroup,
  headGroups,
  isMatrixNode,
  type KerasText,
  type LoweredProgram,
  lossUse,
  type NumbersNode,
  nodesBelow,
  type Phase,
  problemOf,
  readsHistories,
  rowSide,
  type SequencePlan,
  samplerOf,
  samplerUse,
  sequencePlan,
  trainedWeights,
} from '@recspec/core'
import { required } from './required.js'
import type { PairsKind } from './walk.js'

/** Heads of a phase that are sampled together, as a task of the model. */
export interface TaskGroup {
  readonly task: string
  readonly group: HeadGroup
  readonly examples: Examples
  readonly pairs: PairsKind
  /** The scores of an example are several. */
  readonly isTable: boolean
  readonly sequences?: SequencePlan
}

/** A phase that Keras trains. */
export interface KerasPhase {
  readonly index: number
  readonly phase: Phase
  readonly optimizer: KerasText
  readonly groups: readonly TaskGroup[]
  /** Examples of a pass. */
  readonly examples: number
}

/** Phases that Keras trains, and those that it does not, each with the reason as the end of a sentence. */
export interface KerasPhases {
  readonly trained: readonly KerasPhase[]
  readonly left: readonly { readonly index: number; readonly type: string; readonly reason: string }[]
}

const examplesOf = ({ loss }: Head): Examples => loss.definition.examples(loss.params)

/** The phases of a program for Keras. Throws a Failure where a loss or a sampler does not say what it is there. */
export const kerasPhases = (program: LoweredProgram, compact: boolean): KerasPhases => {
  const { graph } = program
  const trained: KerasPhase[] = []
  // phases of rounds train the same heads and weights again
  const known = new Map<string, readonly TaskGroup[]>()
  const left: KerasPhases['left'][number][] = []
  for (const [index, phase] of graph.phases.entries()) {
    const leave = (reason: string) => left.push({ index, type: phase.type, reason })
    if (!phase.solver.keras) leave('is no gradient solver that Keras has')
    else if (compact) leave('needs the training interactions, which the model was saved without')
    else trained.push(phaseOf(program, phase, index, phase.solver.keras, known))
  }
  return { trained, left }
}

const phaseOf = (
  program: LoweredProgram,
  phase: Phase,
  index: number,
  optimizer: KerasText,
  known: Map<string, readonly TaskGroup[]>,
): KerasPhase => {
  const { graph } = program
  for (const head of phase.heads) checkHead(graph, head)
  const found = headGroups(problemOf(graph, phase), program)
  const text = JSON.stringify([phase.heads.map(({ name }) => name), [...phase.trains].sort()])
  const name = `phase${index + 1}`
  const tasks =
    known.get(text) ??
    found.map(({ group }, place) => taskOf(program, group, found.length === 1 ? name : `${name}_${place + 1}`))
  known.set(text, tasks)
  const [{ sampler }] = found as [(typeof found)[number]]
  return { index, phase, optimizer, groups: tasks, examples: sampler.examples ?? sampler.count }
}

const checkHead = (graph: Graph, head: Head) => {
  required(head.loss.definition.keras, lossUse(graph, head), 'loss')
  const { negatives } = examplesOf(head)
  if (!negatives || negatives.inBatch) return
  const { type } = negatives.sampler
  if (!samplerOf(graph, negatives).weights)
    throw new Failure(
      'plugin',
      `${samplerUse(graph, type).place}: sampler "${type}" draws for each user, which Keras programs cannot`,
      'a sampler with "weights" is exported; nothing was written',
    )
}

const taskOf = (program: LoweredProgram, group: HeadGroup, task: string): TaskGroup => {
  const { graph } = program
  const withItems = group.heads.find((head) => examplesOf(head).items !== 'none') ?? group.heads[0]!
  const examples = examplesOf(withItems)
  const { of, items, negatives } = examples
  const sequences = withItems.examples
    ? {
        ...sequencePlan(graph, withItems),
        params: new Map(group.heads.flatMap((head) => [...sequencePlan(graph, head).params])),
      }
    : undefined
  const drawn = (negatives?.count ?? 0) * (negatives?.hard ?? 1)
  const itemHistory = group.heads.some((head) => readsHistories(graph, head, 'item'))
  const pairs: PairsKind =
    of !== 'cell' && items === 'all'
      ? { kind: 'Grid', size: of === 'row' ? program.dataset.items.ids.count : metItems(program).length }
      : of === 'event' && items === 'in-batch'
        ? { kind: 'Grid' }
        : of === 'event' && items === 'sampled' && negatives!.shared && !itemHistory
          ? { kind: 'Shared', size: drawn }
          : { kind: 'Listed', size: of === 'event' && items === 'sampled' ? 1 + drawn : 1 }
  const isTable = pairs.kind !== 'Listed' || pairs.size !== 1
  return { task, group, examples, pairs, isTable, ...(sequences ? { sequences } : {}) }
}

/** Items with training events, ascending. */
export const metItems = ({ dataset }: LoweredProgram): Int32Array => {
  const met = new Uint8Array(dataset.items.ids.count)
  for (const item of dataset.events.item) if (item >= 0) met[item] = 1
  return Int32Array.from(met.keys()).filter((item) => met[item] === 1)
}

/** Whether a node reads the history of a user. */
export const readsUserHistory = ({ inputs }: Graph, { input }: Pick<EmbeddingNode | NumbersNode, 'input'>): boolean => {
  const { entity, definition } = inputs.get(input)!
  return entity === 'user' && definition.reads === 'interactions'
}

/** Whether a history reads an input that has not exactly one row, of weight 1, for each of its entries. */
export const hasSeveral = (program: LoweredProgram, node: Pick<EmbeddingNode, 'input'>): boolean => {
  const source = program.source(node, new Map())
  const along = source.history && source.reads.along
  if (!along?.start) return false
  const { start, weights } = along
  return weights !== undefined || start.some((place, entry) => entry > 0 && place - start[entry - 1]! !== 1)
}

/** Why the score of a graph cannot be written: throws where an op reads a matrix of items by items. */
export const checkMatrices = ({ nodes, plugins }: Graph): void => {
  for (const node of nodes.values())
    if (isMatrixNode(node))
      required(node.definition.keras, { place: `/ops/${node.name}`, type: node.type, plugins }, 'op')
}

/** The batch size of a phase. */
export const batchSizeOf = ({ params }: Phase): number => (params['batchSize'] as number | undefined) ?? 256

/** Penalties of dense weights that a phase trains, as factors of the squared norm. */
export const densePenalties = (
  graph: Graph,
  { phase, groups, examples }: KerasPhase,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    trainedWeights(problemOf(graph, phase))
      .filter(({ name, l2 }) => l2 > 0 && groups.some(({ group }) => ownsWeight(group, name)))
      .map(({ name, l2, nu }) => [`weight/${name}`, l2 * examples ** (nu - 1)]),
  )

const ownsWeight = ({ ops }: HeadGroup, weight: string): boolean =>
  ops.some(({ name, weights }) => Object.keys(weights).some((short) => `${name}.${short}` === weight))

/** What a batch of a task is made of, as batches.py reads it. */
export const groupSpec = (program: LoweredProgram, { task, group, examples, sequences }: TaskGroup) => {
  const { graph } = program
  const [first] = group.heads as [Head]
  const lead = group.heads.find((head) => examplesOf(head).items !== 'none') ?? first
  const { of, items, negatives, reads } = examples
  return {
    task,
    of,
    items,
    negatives: negatives ?? null,
    reads: { user: 1, item: 1, ...reads },
    sequences: sequences ? (sequences.length ?? 0) : null,
    side: rowSide(graph, lead),
    histories: Object.fromEntries(
      (['user', 'item'] as const).map((side) => [side, group.heads.some((head) => readsHistories(graph, head, side))]),
    ),
    unobserved: lead.loss.definition.quadratic?.(lead.loss.params).unobserved ?? 1,
    heads: group.heads.map((head) => ({
      name: head.name,
      items: examplesOf(head).items,
      reads: head.loss.definition.keras!.reads ?? [],
      targets: Object.keys(head.loss.definition.targets?.(head.loss.params) ?? {}),
      weight: head.weight,
    })),
  }
}

/** A node that reads an input, as batches.py reads it. */
export const leafSpec = (program: LoweredProgram, node: EmbeddingNode | NumbersNode, task: TaskGroup | undefined) => {
  const { graph } = program
  const whole = task?.sequences !== undefined && readsUserHistory(graph, node)
  const [length] = node.shape
  const table = node.kind === 'embedding' ? node.table : undefined
  const form =
    node.kind === 'numbers' ? 'numbers' : node.combine && !whole ? 'bag' : node.masked || whole ? 'sequence' : 'one'
  return {
    node: node.name,
    input: node.input,
    axis: node.side === 'user' ? 'users' : node.side === 'item' ? 'items' : 'pairs',
    form,
    ...(node.kind === 'numbers' ? { shape: node.shape.map((size) => (typeof size === 'number' ? size : 0)) } : {}),
    ...(node.kind === 'embedding' && node.combine ? { combine: node.combine } : {}),
    length: node.masked && typeof length === 'number' ? length : 0,
    ...(whole ? { whole } : {}),
    ...(node.kind === 'embedding' && form === 'sequence' && hasSeveral(program, node) ? { several: true } : {}),
    ...(table !== undefined && task?.group.trains.has(table) ? { drops: true } : {}),
    ...(table === undefined
      ? {}
      : { table, readers: task?.group.heads.filter((head) => nodesBelow(graph, head).has(node.name)).length ?? 0 }),
  }
}

/** Whether only some events are examples of a task. */
export const positivesOf = (program: LoweredProgram, { group }: TaskGroup): Int32Array | undefined => {
  const head = group.heads.find(choosesPositives)
  return head && program.positives(head)
}
