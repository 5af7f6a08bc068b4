import type { MemoryPart, MemorySizes } from '../contract/solver.js'
import type { Column } from '../dataset/column.js'
import type { Dataset, Entities } from '../dataset/dataset.js'
import { Failure } from '../failure.js'
import { nodesBelow } from '../graph/below.js'
import { factorize } from '../graph/factorize.js'
import { type Graph, type Head, inputGives, type Phase } from '../graph/graph.js'
import { predictingHead } from '../graph/heads.js'
import { problemOf } from '../graph/problem.js'
import { type LearnedInput, sizeOf } from './encode.js'
import { BLOCK, frontier, widthOf } from './inference.js'
import { rowLengths } from './lengths.js'
import { weightShapes } from './restored.js'

/** Bytes of a float32 or an int32. */
const NUMBER = 4
/** Bytes of an id: the string, its list entry, and its key in a map. */
const ID = 100
/** Bytes per event and per entity of events grouped by user and by item, histories, and read counts. */
const VIEWS = { event: 48, entity: 64 }
/** Pairs that a ranking of sampled candidates scores at a time, and bytes per pair in growing lists. */
const RANKED_PAIRS = 2 ** 18
const RANKED_PAIR = 60

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0)

/** The inputs of a memory estimate: a graph, its data, and their sizes. */
export interface Footprint {
  readonly graph: Graph
  /** Events are the training rows only. */
  readonly dataset: Dataset
  readonly inputs: ReadonlyMap<string, LearnedInput>
  /** Rows of each table. */
  readonly heights: ReadonlyMap<string, number>
  readonly threads: number
  /** Number of held-out rows. */
  readonly heldOut: number
}

/** The memory of training, including saving, without that of the host program. */
export interface MemoryEstimate {
  /** Sum over all parts. */
  readonly bytes: number
  readonly parts: readonly MemoryPart[]
  /** A change to the document that shrinks the largest table or op: the remedy of parts without their own. */
  readonly remedy?: string
  /** Tables and weights by name: sizes that only data knows included. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
}

/** Estimates the memory of training from sizes alone. */
export const estimate = (footprint: Footprint): MemoryEstimate => {
  const parts = partsOf(footprint)
  const [largest] = bySize([...tableParts(footprint), ...weightParts(footprint)])
  return {
    bytes: sum(parts.map(({ bytes }) => bytes)),
    parts,
    shapes: weightShapes(footprint.graph, footprint.heights),
    ...(largest ? { remedy: largest.shrink } : {}),
  }
}

const partsOf = (footprint: Footprint): readonly MemoryPart[] =>
  [
    dataPart(footprint),
    { name: 'events by user and item', bytes: viewBytes(footprint) },
    { name: 'encoded inputs', bytes: inputBytes(footprint) },
    ...[...tableParts(footprint), ...weightParts(footprint)].map(({ shrink, ...part }) => part),
    ...footprint.graph.phases.flatMap((phase) => phaseParts(footprint, phase)),
    { name: 'evaluation', bytes: evaluationBytes(footprint) },
    { name: 'the saved model', bytes: savedBytes(footprint) },
  ].filter(({ bytes }) => bytes > 0)

const vectorBytes = ({ vectors }: Dataset): number =>
  sum([...(vectors?.values() ?? [])].map(({ ids, values }) => ID * ids.count + values.byteLength))

const columnBytes = (column: Column, rows: number): number =>
  column.kind === 'number' ? 8 * rows : NUMBER * rows + ID * column.values.length

const entityBytes = ({ ids, columns }: Entities): number =>
  ID * ids.count + sum([...columns.values()].map((column) => columnBytes(column, ids.count)))

/** The data set, including the copies of events made by a split. */
const dataPart = ({ dataset, heldOut }: Footprint): MemoryPart => {
  const { events, users, items } = dataset
  const rows = heldOut > 0 ? 2 * (events.count + heldOut) : events.count
  const columns = sum([...events.columns.values()].map((column) => columnBytes(column, rows)))
  const bytes =
    (2 * NUMBER + (events.time ? 8 : 0)) * rows +
    columns +
    entityBytes(users) +
    entityBytes(items) +
    vectorBytes(dataset)
  return { name: 'the data set', bytes }
}

const viewBytes = ({ graph, dataset: { events, users, items } }: Footprint): number =>
  VIEWS.event * events.count +
  VIEWS.entity * (users.ids.count + items.ids.count) +
  NUMBER * events.count * [...graph.heads.values()].filter(({ target }) => target).length

const encodedBytes = ({ encoded }: LearnedInput): number =>
  sum([encoded?.start, encoded?.rows, encoded?.weights, encoded?.numbers].map((array) => array?.byteLength ?? 0))

/** Inputs of users and items are encoded already; inputs of events are encoded when training begins. */
const inputBytes = ({ inputs, dataset: { events } }: Footprint): number =>
  sum(
    [...inputs.values()].map((input) => {
      const { node } = input
      if (node.entity !== 'event') return encodedBytes(input)
      return NUMBER * events.count * (inputGives(node) === 'numbers' ? sizeOf(node) : 2)
    }),
  )

/** A table or the weights of an op, and the change to the document that shrinks it. */
interface TrainedPart extends MemoryPart {
  readonly shrink: string
}

const tableParts = ({ graph, heights }: Footprint): readonly TrainedPart[] =>
  [...graph.tables.values()].map(({ name, dim }) => ({
    name: `table "${name}"`,
    bytes: NUMBER * heights.get(name)! * dim,
    inKernels: true,
    shrink: `lower the dim of "${name}" (${dim})`,
  }))

const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1)

const weightParts = ({ graph }: Footprint): readonly TrainedPart[] =>
  [...graph.nodes.values()].flatMap((node) =>
    node.kind === 'op' && Object.keys(node.weights).length > 0
      ? [
          {
            name: `weights of "${node.name}"`,
            bytes: NUMBER * sum(Object.values(node.weights).map(({ shape }) => size(shape))),
            inKernels: true,
            shrink: `make "${node.name}" smaller`,
          },
        ]
      : [],
  )

/** Numbers of the tables and weights that a phase trains. */
export const trainedNumbers = (graph: Graph, trains: ReadonlySet<string>, height: (table: string) => number): number =>
  sum([...graph.tables.values()].map(({ name, dim }) => (trains.has(name) ? height(name) * dim : 0))) +
  sum(
    [...graph.nodes.values()].flatMap((node) =>
      node.kind === 'op'
        ? Object.entries(node.weights).map(([short, { shape }]) =>
            trains.has(`${node.name}.${short}`) ? size(shape) : 0,
          )
        : [],
    ),
  )

const samplesOf = ({ solver, params }: Phase): number => solver.samples?.(params) ?? 0

/** Bytes of the posterior samples that a phase stores. */
const sampleBytes = ({ graph, heights }: Footprint, phase: Phase): number =>
  samplesOf(phase) * NUMBER * trainedNumbers(graph, phase.trains, (table) => heights.get(table)!)

const phaseParts = (footprint: Footprint, phase: Phase): readonly MemoryPart[] => {
  const { graph } = footprint
  const { solver, params, trains, type } = phase
  const sizes = sizesOf(footprint)
  return [
    { name: 'samples', bytes: sampleBytes(footprint, phase), remedy: 'keep fewer samples' },
    ...(solver.memory?.(params, problemOf(graph, phase), sizes) ?? [
      { name: `working memory of "${type}"`, bytes: 2 * NUMBER * trainedNumbers(graph, trains, sizes.height) },
    ]),
  ]
}

const sizesOf = ({ dataset, inputs, heights, threads }: Footprint): MemorySizes => {
  const { users, items, events } = dataset
  return {
    users: users.ids.count,
    items: items.ids.count,
    events: events.count,
    threads,
    height: (table) => heights.get(table)!,
    rows: (name) => rowLengths(inputs.get(name)!, dataset),
  }
}

/** Numbers of the one-sided nodes of a head, which are evaluated for all users and items. */
const sideNumbers = ({ graph, dataset: { users, items } }: Footprint, head: Head): number =>
  sum(
    frontier(graph, head.inputs[0]!).map((name) => {
      const node = graph.nodes.get(name)!
      return ((node.side === 'user' ? users : items).ids.count + 1) * widthOf(node)
    }),
  )

/** Values of both sides for every sample, the vectors of full rankings, and the tensors of a block of pairs. */
const evaluationBytes = (footprint: Footprint): number => {
  const { graph, heldOut } = footprint
  const { metrics } = graph.evaluation
  if (heldOut === 0 || metrics.length === 0) return 0
  const samples = Math.max(1, ...graph.phases.map(samplesOf))
  const measured = (of: 'predictions' | 'rankings', head: Head): number => {
    const isPrediction = of === 'predictions'
    if (!metrics.some(({ definition }) => (definition.of === 'predictions') === isPrediction)) return 0
    const below = [...nodesBelow(graph, head)].map((name) => graph.nodes.get(name)!)
    const widths = sum(below.map(({ shape }) => size(shape.filter((dim) => typeof dim === 'number'))))
    const vectors = !isPrediction && !factorize(graph, head.inputs[0]!).obstacle ? 1 : 0
    const lists = !isPrediction ? RANKED_PAIRS * RANKED_PAIR : 0
    // predictions follow training directly: the blocks of evaluated sides are not freed yet
    const copies = samples * (1 + vectors) + (isPrediction ? 1 : 0)
    return NUMBER * (copies * sideNumbers(footprint, head) + 2 * BLOCK * widths) + lists
  }
  return measured('predictions', predictingHead(graph)) + measured('rankings', graph.ranking ?? predictingHead(graph))
}

/** The file of the model, and a copy of its largest tensor to compute the digest. */
const savedBytes = (footprint: Footprint): number => {
  const { graph, dataset, inputs } = footprint
  const { events, users, items } = dataset
  const weights = [...tableParts(footprint), ...weightParts(footprint)].map(({ bytes }) => bytes)
  const perEvent = 2 * NUMBER + (events.time ? 8 : 0) + 8 * events.columns.size
  return (
    sum(weights) +
    Math.max(0, ...weights) +
    sum(graph.phases.map((phase) => sampleBytes(footprint, phase))) +
    perEvent * events.count +
    sum([...inputs.values()].map(encodedBytes)) +
    16 * (users.ids.count + items.ids.count)
  )
}

/** Bytes in text: `512 B`, `3.4 kB`, `120 MB`, `2.2 GB`. */
export const formatBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let unit = 0
  let value = bytes
  // 999.5 would be printed as 1000
  while (value >= 999.5 && unit + 1 < units.length) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(2 + Number(value >= 10)))} ${units[unit]}`
}

/** Remedies that save less than this share of the memory are not listed. */
const SHARE = 0.1

const bySize = <P extends MemoryPart>(parts: readonly P[]): readonly P[] => [...parts].sort((a, b) => b.bytes - a.bytes)

/** Remedies in descending order of the memory they save. */
const remediesOf = (parts: readonly MemoryPart[], remedy: string | undefined): readonly string[] => {
  const saved = new Map<string, number>()
  for (const { bytes, remedy: own = remedy } of parts)
    if (own !== undefined) saved.set(own, (saved.get(own) ?? 0) + bytes)
  const total = sum(parts.map(({ bytes }) => bytes))
  return [...saved]
    .sort(([, a], [, b]) => b - a)
    .filter(([, bytes]) => bytes >= SHARE * total)
    .map(([text]) => text)
}

/** Throws a `Failure` of kind `budget` where an estimate exceeds the budget or the kernel memory. */
export const checkMemory = (
  { parts, remedy }: Omit<MemoryEstimate, 'shapes'>,
  { budget = Infinity, maxBytes }: { readonly budget?: number | undefined; readonly maxBytes: number },
): void => {
  const refuse = (taken: readonly MemoryPart[], most: number, what: string, more: string) => {
    const bytes = sum(taken.map((part) => part.bytes))
    if (bytes <= most) return
    const shown = bySize(taken).slice(0, 3)
    const list = shown.map((part) => `${formatBytes(part.bytes)} ${part.name}`).join(', ')
    const hints = [...remediesOf(taken, remedy), ...(more ? [more] : [])]
    throw new Failure('budget', `needs ${formatBytes(bytes)} (${list}), ${what}`, hints.join(', or ') || undefined)
  }
  const inKernels = parts.filter((part) => part.inKernels)
  refuse(inKernels, maxBytes, `the kernels have ${formatBytes(maxBytes)} of memory`, '')
  refuse(parts, budget, `the budget is ${formatBytes(budget)}`, 'raise --budget')
}
