import type { Examples } from '../contract/loss.js'
import type { Entity } from '../contract/shape.js'
import type { Dataset } from '../dataset/dataset.js'
import { nodesBelow } from '../graph/below.js'
import { unknownShare } from '../graph/dropout.js'
import type { Graph, Head } from '../graph/graph.js'
import { otherSide, rowSide } from '../graph/rows.js'
import { isUserHistory } from '../graph/sequences.js'
import { type EncodedInput, encodeEvents, type LearnedInput } from './encode.js'
import type { History } from './history.js'
import { positiveHistory } from './positives.js'
import { expectedDraws } from './sampling.js'

/** The parts of a program that read counts depend on. */
export interface CountedProgram {
  readonly graph: Graph
  readonly dataset: Dataset
  readonly inputs: ReadonlyMap<string, LearnedInput>
  history(side: 'user' | 'item'): History
  positives(head: Head): Int32Array | undefined
}

/** Reads of every user, item or event (unknown first): by its own events, which histories exclude, and by others. */
interface PassReads {
  readonly own: Float64Array
  readonly others: Float64Array
}

/** Entities that have events. */
const active = ({ start }: History): number[] =>
  Array.from({ length: start.length - 1 }, (_, entity) => entity).filter(
    (entity) => start[entity + 1]! > start[entity]!,
  )

/** What the loss of a head is summed over in one pass: events, users (or items) with events, or all cells. */
export const examplesOf = ({ graph, dataset, history, positives }: CountedProgram, head: Head): number => {
  const { events, users, items } = dataset
  const chosen = positives(head)
  const counts: Readonly<Record<Examples['of'], () => number>> = {
    event: () => (head.examples ? history('user').event.length : (chosen?.length ?? events.count)),
    row: () => active(positiveHistory(history(rowSide(graph, head)), chosen)).length,
    cell: () => users.ids.count * items.ids.count,
  }
  return counts[head.loss.definition.examples(head.loss.params).of]()
}

/** How often a head whose examples are cells reads the user and the item of a cell without an event. */
export const unobservedReads = ({ loss: { definition, params } }: Head): number =>
  definition.examples(params).counted === 'observed' ? 0 : (definition.quadratic?.(params).unobserved ?? 1)

/** How often one pass over a head's examples is expected to read each user, item and event. */
export const passReads = (program: CountedProgram, head: Head): Readonly<Record<Entity, PassReads>> => {
  const { events, users, items } = program.dataset
  const examples = head.loss.definition.examples(head.loss.params)
  const { user, item } = examples.reads ?? { user: 1, item: 1 }
  const chosen = program.positives(head)
  const byUser = positiveHistory(program.history('user'), chosen)
  const zeros = (count: number): PassReads => ({
    own: new Float64Array(count + 1),
    others: new Float64Array(count + 1),
  })
  const found = { user: zeros(users.ids.count), item: zeros(items.ids.count), event: zeros(events.count) }
  const countDraws = () => {
    if (examples.items !== 'sampled') return
    const { start } = byUser
    const draws = expectedDraws(program.graph, examples.negatives!, program.dataset, program.history('user'), start)
    draws.forEach((count, index) => {
      found.item.others[index + 1]! += count
    })
  }
  const countBy: Readonly<Record<Examples['of'], () => void>> = {
    event: () => {
      const place = head.examples && program.history('user').place
      for (const row of chosen ?? Array(events.count).keys()) {
        if (place && place[row]! < 0) continue
        found.user.own[events.user[row]! + 1]! += user
        found.item.own[events.item[row]! + 1]! += item
        found.event.own[row + 1]! += user
      }
      if (!examples.negatives?.shared) countDraws()
    },
    row: () => {
      const side = rowSide(program.graph, head)
      const rows = positiveHistory(program.history(side), chosen)
      const each = { user, item }
      for (const row of active(rows)) found[side].others[row + 1]! += each[side]
      for (const index of rows.other) found[otherSide(side)].others[index + 1]! += each[otherSide(side)]
      if (examples.items === 'all') found.event.others[0] = active(rows).length
      else found.event.own.fill(1, 1)
      countDraws()
    },
    cell: () => {
      const unobserved = unobservedReads(head)
      found.user.others.fill(unobserved * items.ids.count, 1)
      found.item.others.fill(unobserved * users.ids.count, 1)
      eachCell(byUser, items.ids.count, (row, index) => {
        found.user.others[row + 1]! += user
        found.item.others[index + 1]! += item
      })
      found.event.others[0] = found.user.others.reduce((sum, count) => sum + count, 0)
    },
  }
  countBy[examples.of]()
  return found
}

/** Every observed cell once, however many events it has. */
const eachCell = ({ start, other }: History, items: number, visit: (user: number, item: number) => void) => {
  const last = new Int32Array(items).fill(-1)
  for (let user = 0; user + 1 < start.length; user++)
    for (let place = start[user]!; place < start[user + 1]!; place++) {
      const item = other[place]!
      if (last[item] !== user) visit(user, item)
      last[item] = user
    }
}

/** n_row of a table: expected reads over all embeddings of the table and all heads that read them. */
export const rowReads = (
  program: CountedProgram,
  table: string,
  heads: readonly Head[],
  height: number,
): Float64Array => {
  const { graph, inputs } = program
  const counts = new Float64Array(height)
  for (const head of heads) {
    const read = nodesBelow(graph, head)
    const passes = passReads(program, head)
    for (const reader of graph.tables.get(table)!.readers) {
      const node = graph.nodes.get(reader)!
      if (node.kind !== 'embedding' || !read.has(reader)) continue
      const input = inputs.get(node.input)!
      const pass = passes[input.node.entity]
      const visit = visitor(program, input, counts)
      if (head.examples && isUserHistory(graph, node)) countSequences(program.history('user'), visit)
      else if (input.node.definition.reads === 'interactions')
        countHistories(program, input, pass, visit, program.positives(head))
      else {
        const { dataset } = program
        const encoded = input.encoded ?? encodeEvents(input, graph.plugins, dataset, dataset.events)
        countEncoded(encoded, withDropout(pass, unknownShare(input.node)), counts)
      }
    }
  }
  return counts
}

/** Reads with a share of them moved to the unknown entry. */
const withDropout = ({ own, others }: PassReads, share: number): PassReads => {
  if (share === 0) return { own, others }
  const moved = (counts: Float64Array) => {
    const total = counts.reduce((sum, count) => sum + count, 0)
    return counts.map((count, entry) => (1 - share) * count + (entry === 0 ? share * total : 0))
  }
  return { own: moved(own), others: moved(others) }
}

const countEncoded = ({ start, rows }: EncodedInput, { own, others }: PassReads, counts: Float64Array) => {
  for (let entry = 0; entry < own.length; entry++)
    for (let place = start![entry]!; place < start![entry + 1]!; place++)
      counts[rows![place]!]! += own[entry]! + others[entry]!
}

/** Adds reads of the interaction at a place of a history. */
type CountReads = (history: History, place: number, reads: number) => void

/** Counts the rows of ids, or those that another input has for the entity or the event. */
const visitor = (
  { inputs, graph, dataset }: CountedProgram,
  { node }: LearnedInput,
  counts: Float64Array,
): CountReads => {
  if (!node.of)
    return ({ other }, place, reads) => {
      counts[other[place]! + 1]! += reads
    }
  const of = inputs.get(node.of.name)!
  const { start, rows } = of.encoded ?? encodeEvents(of, graph.plugins, dataset, dataset.events)
  const ofEvents = node.of.entity === 'event'
  return ({ other, event }, place, reads) => {
    const entry = (ofEvents ? event[place]! : other[place]!) + 1
    for (let k = start![entry]!; k < start![entry + 1]!; k++) counts[rows![k]!]! += reads
  }
}

/** A sequence is read once, without its last event: no event comes after it. */
const countSequences = (history: History, count: CountReads) => {
  const { start } = history
  for (let user = 0; user + 1 < start.length; user++)
    for (let place = start[user]!; place + 1 < start[user + 1]!; place++) count(history, place, 1)
}

/**
 * A history is read by each event that is an example, without that event, and completely by others; both are truncated.
 */
const countHistories = (
  program: CountedProgram,
  { node }: LearnedInput,
  { own, others }: PassReads,
  count: CountReads,
  positives: Int32Array | undefined,
) => {
  const history = program.history(node.entity as 'user' | 'item')
  const { start, event } = history
  const { before, dropout } = node.definition.window!(node.params)
  const [longest] = node.shape
  const most = typeof longest === 'number' ? longest : Number.POSITIVE_INFINITY
  const isExample = new Uint8Array(program.dataset.events.count).fill(positives ? 0 : 1)
  for (const row of positives ?? []) isExample[row] = 1
  /** Number of examples before each place. */
  const sums = new Int32Array(event.length + 1)
  for (let place = 0; place < event.length; place++) sums[place + 1] = sums[place]! + isExample[event[place]!]!
  for (let entity = 0; entity + 1 < start.length; entity++) {
    const [from, to] = [start[entity]!, start[entity + 1]!]
    const examples = sums[to]! - sums[from]!
    for (let place = from; place < to; place++) {
      const after = to - 1 - place
      const earlier = before || after >= most ? 0 : sums[place]! - sums[from]!
      const laterThan = (count: number) => sums[place + 1 + count]! - sums[place + 1]!
      const later = before ? laterThan(Math.min(most, after)) : after - 1 < most ? laterThan(after) : 0
      const whole = after < most ? others[entity + 1]! : 0
      const each = examples === 0 ? 0 : own[entity + 1]! / examples
      count(history, place, (1 - dropout) * (each * (earlier + later) + whole))
    }
  }
}
