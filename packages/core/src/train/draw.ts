import { key } from '@recspec/kernels'
import type { Examples } from '../contract/loss.js'
import { Failure } from '../failure.js'
import type { Head } from '../graph/graph.js'
import type { Axis, Batch } from '../program/axis.js'
import { nodesBelow } from '../program/counts.js'
import type { LoweredProgram } from '../program/lower.js'
import { observed, samplerOf } from './negatives.js'

/** A batch with what losses want to know of it. */
export interface Drawn {
  readonly batch: Batch
  readonly examples: number
  /** The shape in which a loss sees scores. */
  readonly scores: readonly number[]
  /** For each pair: its event (target), or −1; whether it was observed. */
  readonly event: Int32Array
  readonly positive?: Float32Array
  readonly logQ?: Float32Array
  /** How often each pair reads its user's and its item's rows, for l2. */
  readonly reads: { readonly user: Float32Array; readonly item: Float32Array }
}

/** Draws batches for the heads of a phase that want the same examples. */
export interface Drawer {
  /** Examples of one pass. */
  readonly count: number
  /** `chosen` are numbers of examples, `random` the key of the epoch. */
  draw(chosen: Int32Array, random: number): Drawn
}

/** Cells that a pass may visit one by one. */
const MOST_CELLS = 2 ** 26

const filled = (length: number, value: number) => new Float32Array(length).fill(value)

/** The distinct values of a list, and for each place where its value stands. */
const distinct = (list: Int32Array, slots: Int32Array): { values: Int32Array; index: Int32Array } => {
  const values: number[] = []
  const index = new Int32Array(list.length)
  for (let k = 0; k < list.length; k++) {
    const at = list[k]! + 1
    if (slots[at]! < 0) {
      slots[at] = values.length
      values.push(list[k]!)
    }
    index[k] = slots[at]!
  }
  for (const value of values) slots[value + 1] = -1
  return { values: Int32Array.from(values), index }
}

/** Whether heads see histories on a side: then every example has its own. */
const seesHistory = (program: LoweredProgram, heads: readonly Head[], side: 'user' | 'item'): boolean =>
  heads.some((head) =>
    [...nodesBelow(program.graph, head)].some((name) => {
      const node = program.graph.nodes.get(name)!
      if (node.kind === 'op') return false
      const input = program.graph.inputs.get(node.input)!
      return input.entity === side && input.definition.reads === 'interactions'
    }),
  )

/** How batches are drawn for heads whose losses declare these examples. */
export const drawerOf = (program: LoweredProgram, heads: readonly Head[], examples: Examples): Drawer =>
  drawers[examples.of](program, heads, examples)

const drawers: Readonly<
  Record<Examples['of'], (program: LoweredProgram, heads: readonly Head[], examples: Examples) => Drawer>
> = { event: eventDrawer, row: rowDrawer, cell: cellDrawer }

function eventDrawer(program: LoweredProgram, heads: readonly Head[], examples: Examples): Drawer {
  const { events, users, items } = program.dataset
  const owned = program.interactions('user')
  const sampler = examples.negatives && samplerOf(examples.negatives, events, items.ids.count, owned)
  const readings = examples.readings ?? { user: 1, item: 1 }
  const userSlots = new Int32Array(users.ids.count + 1).fill(-1)
  const itemSlots = new Int32Array(items.ids.count + 1).fill(-1)
  const past = { user: seesHistory(program, heads, 'user'), item: seesHistory(program, heads, 'item') }

  /** One entry per example where its own event must not be seen; distinct entities otherwise. */
  const axis = (
    list: Int32Array,
    slots: Int32Array,
    ofEvent: Int32Array,
    sees: boolean,
  ): { axis: Axis; index: Int32Array } => {
    if (sees) return { axis: { entities: list, events: ofEvent }, index: Int32Array.from(list, (_, k) => k) }
    const { values, index } = distinct(list, slots)
    return { axis: { entities: values }, index }
  }

  const paired = (rows: Int32Array, each: number, random: number): Drawn => {
    const pairs = rows.length * each
    const user = new Int32Array(pairs)
    const item = new Int32Array(pairs)
    const event = new Int32Array(pairs).fill(-1)
    const positive = new Float32Array(pairs)
    const reads = { user: filled(pairs, readings.user / each), item: filled(pairs, 1) }
    const logQ = sampler && new Float32Array(pairs)
    rows.forEach((row, k) => {
      const own = key(random, row)
      for (let place = k * each, draw = -1; draw < each - 1; place++, draw++) {
        user[place] = events.user[row]!
        item[place] = draw < 0 ? events.item[row]! : sampler!.item(events.user[row]!, own, draw)
        if (logQ) logQ[place] = sampler.logQ(item[place]!)
      }
      event[k * each] = row
      positive[k * each] = 1
      reads.item[k * each] = readings.item
    })
    const contexts = past.user ? rows : user
    const userAxis = past.user
      ? {
          axis: { entities: rows.map((row) => events.user[row]!), events: contexts },
          index: user.map((_, place) => Math.floor(place / each)),
        }
      : axis(user, userSlots, event, false)
    const itemAxis = axis(item, itemSlots, event, past.item)
    return {
      batch: {
        users: userAxis.axis,
        items: itemAxis.axis,
        user: userAxis.index,
        item: itemAxis.index,
        pairs,
        events: event,
      },
      examples: rows.length,
      scores: examples.items === 'sampled' ? [rows.length, each] : [rows.length],
      event,
      positive,
      ...(logQ ? { logQ } : {}),
      reads,
    }
  }

  /** Every example's user with every item of a list. */
  const crossed = (rows: Int32Array, itemList: Int32Array, own: (k: number) => number): Drawn => {
    const pairs = rows.length * itemList.length
    const event = new Int32Array(pairs).fill(-1)
    const positive = new Float32Array(pairs)
    const reads = { user: filled(pairs, readings.user / itemList.length), item: new Float32Array(pairs) }
    rows.forEach((row, k) => {
      event[k * itemList.length + own(k)] = row
      positive[k * itemList.length + own(k)] = 1
      reads.item[k * itemList.length + own(k)] = readings.item
    })
    const logQ =
      sampler && Float32Array.from({ length: pairs }, (_, pair) => sampler.logQ(itemList[pair % itemList.length]!))
    const userList = rows.map((row) => events.user[row]!)
    return {
      batch: {
        users: past.user ? { entities: userList, events: rows } : { entities: userList },
        items: { entities: itemList },
        user: Int32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / itemList.length)),
        item: Int32Array.from({ length: pairs }, (_, pair) => pair % itemList.length),
        pairs,
        grid: true,
      },
      examples: rows.length,
      scores: [rows.length, itemList.length],
      event,
      positive,
      ...(logQ ? { logQ } : {}),
      reads,
    }
  }

  const everyItem = Int32Array.from({ length: items.ids.count }, (_, item) => item)
  const draws: Readonly<Record<Examples['items'], Drawer['draw']>> = {
    own: (rows, random) => paired(rows, 1, random),
    none: (rows, random) => paired(rows, 1, random),
    sampled: (rows, random) => paired(rows, 1 + examples.negatives!.count, random),
    'in-batch': (rows) =>
      crossed(
        rows,
        rows.map((row) => events.item[row]!),
        (k) => k,
      ),
    all: (rows) => crossed(rows, everyItem, (k) => events.item[rows[k]!]!),
  }
  return { count: events.count, draw: draws[examples.items] }
}

function rowDrawer(program: LoweredProgram, _heads: readonly Head[], examples: Examples): Drawer {
  const { items } = program.dataset
  const { start, other, event: eventAt } = program.history('user')
  const withEvents = Int32Array.from({ length: start.length - 1 }, (_, user) => user).filter(
    (user) => start[user + 1]! > start[user]!,
  )
  const slots = new Int32Array(items.ids.count + 1).fill(-1)

  const own = (users: Int32Array): Drawn => {
    const total = users.reduce((sum, user) => sum + start[user + 1]! - start[user]!, 0)
    const user = new Int32Array(total)
    const item = new Int32Array(total)
    const event = new Int32Array(total)
    let pair = 0
    users.forEach((entity, entry) => {
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
      event,
      positive: filled(total, 1),
      reads: { user: filled(total, 1), item: filled(total, 1) },
    }
  }

  const all = (users: Int32Array): Drawn => {
    const width = items.ids.count
    const pairs = users.length * width
    const event = new Int32Array(pairs).fill(-1)
    const positive = new Float32Array(pairs)
    users.forEach((entity, entry) => {
      for (let place = start[entity]!; place < start[entity + 1]!; place++) {
        event[entry * width + other[place]!] = eventAt[place]!
        positive[entry * width + other[place]!] = 1
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
      event,
      positive,
      reads: { user: filled(pairs, 1 / width), item: filled(pairs, 1 / withEvents.length) },
    }
  }
  const pick = (chosen: Int32Array) => chosen.map((example) => withEvents[example]!)
  const draw = examples.items === 'all' ? all : own
  return { count: withEvents.length, draw: (chosen) => draw(pick(chosen)) }
}

function cellDrawer(program: LoweredProgram, heads: readonly Head[]): Drawer {
  const { users, items } = program.dataset
  const width = items.ids.count
  const count = users.ids.count * width
  if (count > MOST_CELLS)
    throw new Failure(
      'data',
      `a gradient solver would visit all ${users.ids.count} × ${width} = ${count} cells in every pass, more than ${MOST_CELLS}`,
      'a closed-form solver (imf/als) sums them up without visiting; or use a loss that samples negatives',
    )
  const { definition, params } = heads[0]!.loss
  const unobserved = definition.quadratic?.(params).unobserved ?? 1
  const { start, index } = program.interactions('user')
  const events = program.history('user')
  const userSlots = new Int32Array(users.ids.count + 1).fill(-1)
  const itemSlots = new Int32Array(width + 1).fill(-1)
  return {
    count,
    draw: (chosen) => {
      const user = chosen.map((cell) => Math.floor(cell / width))
      const item = chosen.map((cell) => cell % width)
      const seen = chosen.map((_, k) => (observed(start, index, user[k]!, item[k]!) ? 1 : 0))
      const event = chosen.map((_, k) => (seen[k] ? eventOf(events, user[k]!, item[k]!) : -1))
      const reads = Float32Array.from(seen, (is) => is + unobserved)
      const byUser = distinct(user, userSlots)
      const byItem = distinct(item, itemSlots)
      return {
        batch: {
          users: { entities: byUser.values },
          items: { entities: byItem.values },
          user: byUser.index,
          item: byItem.index,
          pairs: chosen.length,
          events: event,
        },
        examples: chosen.length,
        scores: [chosen.length],
        event,
        positive: Float32Array.from(seen),
        reads: { user: reads, item: reads },
      }
    },
  }
}

const eventOf = (
  history: { start: Int32Array; other: Int32Array; event: Int32Array },
  user: number,
  item: number,
): number => {
  for (let place = history.start[user]!; place < history.start[user + 1]!; place++)
    if (history.other[place] === item) return history.event[place]!
  return -1
}
