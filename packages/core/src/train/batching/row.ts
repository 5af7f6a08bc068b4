import type { Examples } from '../../contract/loss.js'
import type { Head } from '../../graph/graph.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { positiveHistory } from '../../program/positives.js'
import { type BatchSampler, byEvent, distinct, filled, type SampledBatch } from './sampled.js'

/** Examples are users with events: their own cells, or all items. */
export const rowBatchSampler = (program: LoweredProgram, heads: readonly Head[], examples: Examples): BatchSampler => {
  const { items } = program.dataset
  const { start, other, event: eventAt } = positiveHistory(program.history('user'), program.positives(heads[0]!))
  const withEvents = Int32Array.from({ length: start.length - 1 }, (_, user) => user).filter(
    (user) => start[user + 1]! > start[user]!,
  )
  const slots = new Int32Array(items.ids.count + 1).fill(-1)

  const own = (users: Int32Array): SampledBatch => {
    const total = users.reduce((sum, user) => sum + start[user + 1]! - start[user]!, 0)
    const user = new Int32Array(total)
    const item = new Int32Array(total)
    const event = new Int32Array(total)
    const once = new Float32Array(total)
    let pair = 0
    users.forEach((entity, entry) => {
      once.fill(1 / (start[entity + 1]! - start[entity]!), pair, pair + start[entity + 1]! - start[entity]!)
      for (let place = start[entity]!; place < start[entity + 1]!; place++, pair++) {
        user[pair] = entry
        item[pair] = other[place]!
        event[pair] = eventAt[place]!
      }
    })
    const { values, index } = distinct(item, slots)
    return {
      batch: {
        users: { entities: users },
        items: { entities: values },
        user,
        item: index,
        pairs: total,
        events: event,
      },
      examples: users.length,
      scores: [total],
      values: byEvent(event),
      positive: filled(total, 1),
      reads: () => ({ user: once, item: filled(total, 1), event: filled(total, 1) }),
    }
  }

  const all = (users: Int32Array): SampledBatch => {
    const width = items.ids.count
    const pairs = users.length * width
    const event = new Int32Array(pairs).fill(-1)
    const positive = new Float32Array(pairs)
    const times = new Float32Array(pairs)
    users.forEach((entity, entry) => {
      for (let place = start[entity]!; place < start[entity + 1]!; place++) {
        event[entry * width + other[place]!] = eventAt[place]!
        positive[entry * width + other[place]!] = 1
        times[entry * width + other[place]!]!++
      }
    })
    return {
      batch: {
        users: { entities: users },
        items: { entities: Int32Array.from({ length: width }, (_, entity) => entity) },
        user: Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / width)),
        item: Int32Array.from({ length: pairs }, (_, pair) => pair % width),
        pairs,
        grid: true,
      },
      examples: users.length,
      scores: [users.length, width],
      values: byEvent(event),
      positive,
      reads: () => ({ user: filled(pairs, 1 / width), item: times, event: filled(pairs, 1 / width) }),
    }
  }
  const usersOf = (chosen: Int32Array) => chosen.map((example) => withEvents[example]!)
  const sampleOf = examples.items === 'all' ? all : own
  return { count: withEvents.length, sample: (chosen) => sampleOf(usersOf(chosen)) }
}
