import type { Examples } from '../contract/loss.js'
import type { Entity } from '../contract/shape.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Graph, Head } from '../graph/graph.js'
import { type EncodedInput, encodeEvents, type LearntInput } from './encode.js'
import type { History } from './history.js'

/** What counting needs of a program. */
export interface Counted {
  readonly graph: Graph
  readonly dataset: Dataset
  readonly inputs: ReadonlyMap<string, LearntInput>
  history(side: 'user' | 'item'): History
}

/** Examples of one pass over a head: events, users with events, or all cells. */
export const examplesOf = ({ dataset, history }: Counted, head: Head): number => {
  const { events, users, items } = dataset
  const counts: Readonly<Record<Examples['of'], () => number>> = {
    event: () => events.count,
    row: () => {
      const { start } = history('user')
      return start.reduce((count, at, user) => count + (user > 0 && at > start[user - 1]! ? 1 : 0), 0)
    },
    cell: () => users.ids.count * items.ids.count,
  }
  return counts[head.loss.definition.examples(head.loss.params).of]()
}

/** How often one pass over a head's examples is expected to read each user and each item (unknown first), and each event. */
export const passReadings = ({ dataset }: Counted, head: Head): Record<Entity, Float64Array> => {
  const { events, users, items } = dataset
  const examples = head.loss.definition.examples(head.loss.params)
  const { user, item } = examples.readings ?? { user: 1, item: 1 }
  const quadratic = head.loss.definition.quadratic?.(head.loss.params)
  const found = {
    user: new Float64Array(users.ids.count + 1),
    item: new Float64Array(items.ids.count + 1),
    event: new Float64Array(events.count + 1).fill(1),
  }
  const readings: Readonly<Record<typeof examples.items, () => void>> = {
    own: () => {},
    none: () => {},
    'in-batch': () => {},
    sampled: () => {
      const drawn = (examples.negatives!.count * events.count) / Math.max(1, items.ids.count)
      for (let row = 1; row < found.item.length; row++) found.item[row]! += drawn
    },
    all: () => {
      const unobserved = examples.of === 'cell' ? (quadratic?.unobserved ?? 1) : 1
      for (let row = 1; row < found.user.length; row++) found.user[row]! += unobserved * items.ids.count
      for (let row = 1; row < found.item.length; row++) found.item[row]! += unobserved * users.ids.count
    },
  }
  for (let row = 0; row < events.count; row++) {
    found.user[events.user[row]! + 1]! += user
    found.item[events.item[row]! + 1]! += item
  }
  readings[examples.items]()
  return found
}

/** n_row of a table: expected readings over all embeddings of the table and all the heads that reach them. */
export const countRows = (program: Counted, table: string, heads: readonly Head[], height: number): Float64Array => {
  const { graph, inputs } = program
  const counts = new Float64Array(height)
  for (const head of heads) {
    const read = nodesBelow(graph, head)
    const passes = passReadings(program, head)
    for (const reader of graph.tables.get(table)!.readers) {
      const node = graph.nodes.get(reader)!
      if (node.kind !== 'embedding' || !read.has(reader)) continue
      const input = inputs.get(node.input)!
      const pass = passes[input.node.entity]
      if (input.node.definition.reads === 'interactions') countHistories(program, input, pass, counts)
      else countEncoded(input.encoded ?? encodeEvents(input, program.dataset.events), pass, counts)
    }
  }
  return counts
}

const countEncoded = ({ start, rows }: EncodedInput, pass: Float64Array, counts: Float64Array) => {
  for (let entry = 0; entry < pass.length; entry++)
    for (let place = start![entry]!; place < start![entry + 1]!; place++) counts[rows![place]!]! += pass[entry]!
}

const countHistories = (program: Counted, input: LearntInput, pass: Float64Array, counts: Float64Array) => {
  const side = input.node.entity as 'user' | 'item'
  const { start, other } = program.history(side)
  for (let entity = 0; entity + 1 < start.length; entity++)
    for (let place = start[entity]!; place < start[entity + 1]!; place++)
      counts[other[place]! + 1]! += pass[entity + 1]!
}

/** Every node a head's inputs depend on, themselves included. */
export const nodesBelow = (graph: Graph, head: Head): ReadonlySet<string> => {
  const below = new Set<string>()
  const visit = (name: string) => {
    if (below.has(name)) return
    below.add(name)
    const node = graph.nodes.get(name)!
    if (node.kind === 'op') node.inputs.forEach(visit)
  }
  head.inputs.forEach(visit)
  return below
}
