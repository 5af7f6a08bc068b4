import { key } from '@recspec/kernels'
import type { Examples } from '../../contract/loss.js'
import { Failure } from '../../failure.js'
import type { Head } from '../../graph/graph.js'
import { rowSide } from '../../graph/rows.js'
import { once } from '../../once.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { positiveHistory } from '../../program/positives.js'
import { negativeSampler } from '../../program/sampling.js'
import { type BatchSampler, byEvent, distinct, filled, type SampledBatch } from './sampled.js'

/**
 * Examples are users with events, or items with events where the heads read histories of items: their observed cells,
 * these and sampled ones, or all items.
 */
export const rowBatchSampler = (program: LoweredProgram, heads: readonly Head[], examples: Examples): BatchSampler => {
  const { users, items } = program.dataset
  const side = rowSide(program.graph, heads[0]!)
  const { start, other, event: eventAt } = positiveHistory(program.history(side), program.positives(heads[0]!))
  const lengthOf = (entity: number) => start[entity + 1]! - start[entity]!
  const withEvents = Int32Array.from({ length: start.length - 1 }, (_, entity) => entity).filter(
    (entity) => lengthOf(entity) > 0,
  )
  if (side === 'item' && (examples.items === 'all' || examples.items === 'sampled'))
    throw new Failure(
      'data',
      `rows of items are compared on their observed cells only, got a loss over ${examples.items} items`,
      'read histories of users, or choose another loss',
    )
  const sampler =
    examples.negatives &&
    negativeSampler(program.graph, examples.negatives, program.dataset, program.interactions('user'))
  const drawn = examples.items === 'sampled' ? examples.negatives!.count : 0
  const slots = new Int32Array((side === 'user' ? items : users).ids.count + 1).fill(-1)

  /** The rows of a batch as lists of the other side: row r has those from start[r] to start[r + 1] − 1. */
  const listsOf = (entities: Int32Array) => {
    const from = new Int32Array(entities.length + 1)
    entities.forEach((entity, row) => {
      from[row + 1] = from[row]! + lengthOf(entity)
    })
    const index = new Int32Array(from[entities.length]!)
    entities.forEach((entity, row) => {
      index.set(other.subarray(start[entity], start[entity + 1]), from[row])
    })
    return { start: from, index }
  }

  /** Every observed cell of the rows, each followed by the cells that are drawn for it. */
  const cells = (entities: Int32Array, random: number): SampledBatch => {
    const each = 1 + drawn
    const total = each * entities.reduce((sum, entity) => sum + lengthOf(entity), 0)
    const row = new Int32Array(total)
    const others = new Int32Array(total)
    const event = new Int32Array(total).fill(-1)
    const share = new Float32Array(total)
    const positive = new Float32Array(total)
    let pair = 0
    entities.forEach((entity, entry) => {
      share.fill(1 / (each * lengthOf(entity)), pair, pair + each * lengthOf(entity))
      for (let place = start[entity]!; place < start[entity + 1]!; place++) {
        const own = key(random, eventAt[place]!)
        event[pair] = eventAt[place]!
        positive[pair] = 1
        for (let draw = 0; draw < each; draw++, pair++) {
          row[pair] = entry
          others[pair] = draw === 0 ? other[place]! : sampler!.item(entity, own, draw - 1)
        }
      }
    })
    const { values, index } = distinct(others, slots)
    const [own, across] = [
      { axis: { entities }, index: row },
      { axis: { entities: values }, index },
    ]
    const [byUser, byItem] = side === 'user' ? [own, across] : [across, own]
    const reads = filled(total, 1)
    return {
      batch: {
        users: byUser.axis,
        items: byItem.axis,
        user: byUser.index,
        item: byItem.index,
        pairs: total,
        events: event,
      },
      examples: entities.length,
      scores: [total],
      values: byEvent(event),
      positive,
      get rows() {
        return listsOf(entities)
      },
      reads: () => ({ user: side === 'user' ? share : reads, item: side === 'item' ? share : reads, event: reads }),
    }
  }

  const everyItem = Int32Array.from({ length: items.ids.count }, (_, entity) => entity)
  /** Rows with all items: arrays of the size of the grid are made when they are read. */
  const all = (entities: Int32Array): SampledBatch => {
    const width = items.ids.count
    const pairs = entities.length * width
    const rows = listsOf(entities)
    const user = once(() => Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / width)))
    const item = once(() => Int32Array.from({ length: pairs }, (_, pair) => pair % width))
    const event = once(() => {
      const out = new Int32Array(pairs).fill(-1)
      entities.forEach((entity, entry) => {
        for (let place = start[entity]!; place < start[entity + 1]!; place++)
          out[entry * width + other[place]!] = eventAt[place]!
      })
      return out
    })
    const positive = once(() => {
      const out = new Float32Array(pairs)
      entities.forEach((_, entry) => {
        for (let k = rows.start[entry]!; k < rows.start[entry + 1]!; k++) out[entry * width + rows.index[k]!] = 1
      })
      return out
    })
    return {
      batch: {
        users: { entities },
        items: { entities: everyItem },
        get user() {
          return user()
        },
        get item() {
          return item()
        },
        pairs,
        grid: true,
      },
      examples: entities.length,
      scores: [entities.length, width],
      values: (ofEvents) => byEvent(event())(ofEvents),
      get positive() {
        return positive()
      },
      rows,
      reads: () => {
        const byItem = new Float32Array(width)
        for (const column of rows.index) byItem[column]!++
        return {
          get user() {
            return filled(pairs, 1 / width)
          },
          get item() {
            const out = new Float32Array(pairs)
            entities.forEach((_, entry) => {
              for (let k = rows.start[entry]!; k < rows.start[entry + 1]!; k++) out[entry * width + rows.index[k]!]!++
            })
            return out
          },
          get event() {
            return filled(pairs, 1 / width)
          },
          axes: { user: filled(entities.length, 1), item: byItem },
        }
      },
    }
  }
  const entitiesOf = (chosen: Int32Array) => chosen.map((example) => withEvents[example]!)
  const sampleOf = examples.items === 'all' ? all : cells
  return { count: withEvents.length, sample: (chosen, random) => sampleOf(entitiesOf(chosen), random) }
}
