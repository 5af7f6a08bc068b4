import { key, type Sparse } from '@recspec/kernels'
import type { Examples } from '../../contract/loss.js'
import { taken } from '../../dataset/column.js'
import { itemCounts } from '../../dataset/counts.js'
import { Failure } from '../../failure.js'
import type { Head } from '../../graph/graph.js'
import { type RowSide, readsHistories } from '../../graph/rows.js'
import { once } from '../../once.js'
import type { Axis } from '../../program/batch.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { negativeSampler } from '../../program/sampling.js'
import {
  type BatchSampler,
  byEvent,
  distinct,
  extended,
  filled,
  type Grid,
  type ReadCounts,
  type SampledBatch,
} from './sampled.js'

/** Whether heads read histories of a side: then every example has its own axis entry. */
const readsHistory = ({ graph }: LoweredProgram, heads: readonly Head[], side: RowSide): boolean =>
  heads.some((head) => readsHistories(graph, head, side))

/** Examples are events: with their own items, sampled items, the items of the batch, or all items. */
export const eventBatchSampler = (
  program: LoweredProgram,
  heads: readonly Head[],
  examples: Examples,
): BatchSampler => {
  const { events, users, items } = program.dataset
  const owned = program.interactions('user')
  const sampler = examples.negatives && negativeSampler(program.graph, examples.negatives, program.dataset, owned)
  const corrected = examples.negatives?.correct && sampler
  const { count = 0, hard = 1, shared = false } = examples.negatives ?? {}
  // shared negatives are drawn once per step, then masked per user
  const negativeOf = (user: number, own: number, draw: number, step: number, random: number): number =>
    shared ? sampler!.shared(key(random, step), draw) : sampler!.item(user, own, draw)
  const marksObserved = shared && examples.negatives!.exclude === 'observed'
  const reads = { user: 1, item: 1, ...examples.reads, negative: shared ? 0 : 1 / hard }
  const userSlots = new Int32Array(users.ids.count + 1).fill(-1)
  const itemSlots = new Int32Array(items.ids.count + 1).fill(-1)
  const stamps = new Int32Array(items.ids.count)
  let stamp = 0
  const withHistory = { user: readsHistory(program, heads, 'user'), item: readsHistory(program, heads, 'item') }
  if (withHistory.item && examples.items === 'all')
    throw new Failure(
      'data',
      'a loss over all items reads every item once, so histories of items cannot exclude the event of each example',
      'give the loss "negatives", or remove histories of items',
    )

  /** One entry per example where its own event is excluded from the history; distinct entities otherwise. */
  const axis = (
    list: Int32Array,
    slots: Int32Array,
    ofEvent: Int32Array,
    perExample: boolean,
  ): { axis: Axis; index: Int32Array } => {
    if (perExample) return { axis: { entities: list, events: ofEvent }, index: Int32Array.from(list, (_, k) => k) }
    const { values, index } = distinct(list, slots)
    return { axis: { entities: values }, index }
  }

  const paired = (rows: Int32Array, each: number, random: number, step: number): SampledBatch => {
    const pairs = rows.length * each
    const user = new Int32Array(pairs)
    const item = new Int32Array(pairs)
    const event = new Int32Array(pairs).fill(-1)
    // a negative is another item in the same event: inputs of the event must not tell it from the positive
    const within = new Int32Array(pairs)
    const example = new Int32Array(pairs)
    const positive = new Float32Array(pairs)
    for (let k = 0, place = 0; k < rows.length; k++) {
      const row = rows[k]!
      const entity = events.user[row]!
      const own = key(random, row)
      event[place] = row
      positive[place] = 1
      for (let draw = -1; draw < each - 1; draw++, place++) {
        user[place] = entity
        item[place] = draw < 0 ? events.item[row]! : negativeOf(entity, own, draw, step, random)
        if (draw >= 0 && marksObserved && sampler!.isObserved(entity, item[place]!)) positive[place] = 1
        within[place] = row
        example[place] = k
      }
    }
    const userAxis = withHistory.user
      ? { axis: { entities: rows.map((row) => events.user[row]!), events: rows }, index: example }
      : axis(user, userSlots, event, false)
    const itemAxis = axis(item, itemSlots, event, withHistory.item)
    return {
      batch: {
        users: userAxis.axis,
        items: itemAxis.axis,
        user: userAxis.index,
        item: itemAxis.index,
        pairs,
        events: within,
      },
      examples: rows.length,
      scores: examples.items === 'sampled' ? [rows.length, each] : [rows.length],
      values: byEvent(event),
      positive,
      ...(corrected ? { logQ: Float32Array.from(item, (one, pair) => corrected.logQ(user[pair]!, one)) } : {}),
      reads: () => {
        const once = filled(pairs, reads.user / each)
        return {
          user: once,
          item: Float32Array.from(event, (row) => (row < 0 ? reads.negative : reads.item)),
          event: once,
        }
      },
    }
  }

  /** Reads of the pairs of examples with `width` scores each, and those of the entries of both axes. */
  const readsOf = (pairs: number, width: number, event: () => Int32Array, axes: NonNullable<ReadCounts['axes']>) => ({
    get user() {
      return filled(pairs, reads.user / width)
    },
    get item() {
      return Float32Array.from(event(), (row) => (row < 0 ? 0 : reads.item))
    },
    get event() {
      return filled(pairs, reads.user / width)
    },
    axes,
  })

  /**
   * 1 at the place of each example's own item, and at those of `observed` columns, of which the first is at `first`.
   */
  const marked = (
    count: number,
    width: number,
    own: (row: number) => number,
    first: number,
    observed: Sparse | undefined,
  ): Float32Array => {
    const out = new Float32Array(count * width)
    for (let row = 0; row < count; row++) {
      out[row * width + own(row)] = 1
      if (!observed) continue
      const { start, index } = observed
      for (let k = start[row]!; k < start[row + 1]!; k++) out[row * width + first + index[k]!] = 1
    }
    return out
  }

  /** Negatives that all examples of a step share: they are the first columns, then come the distinct own items. */
  const sharing = (rows: Int32Array, random: number, step: number): SampledBatch => {
    const negatives = count * hard
    const width = 1 + negatives
    const pairs = rows.length * width
    const drawn = Int32Array.from({ length: negatives }, (_, draw) => sampler!.shared(key(random, step), draw))
    const userList = rows.map((row) => events.user[row]!)
    const itemList = rows.map((row) => events.item[row]!)
    const users = axis(userList, userSlots, rows, withHistory.user)
    const { values, index } = distinct(itemList, itemSlots)
    const own = index.map((entry) => negatives + entry)
    // an item that is drawn twice, or is an own item too, is one entry
    const columnList = new Int32Array(negatives + values.length)
    columnList.set(drawn)
    columnList.set(values, negatives)
    const { values: entities, index: columns } = distinct(columnList, itemSlots)
    const each = (first: (row: number) => number, other: (row: number, draw: number) => number) => {
      const out = new Int32Array(pairs)
      for (let row = 0, pair = 0; row < rows.length; row++) {
        out[pair++] = first(row)
        for (let draw = 0; draw < negatives; draw++) out[pair++] = other(row, draw)
      }
      return out
    }
    const eachUser = once(() =>
      each(
        (row) => users.index[row]!,
        (row) => users.index[row]!,
      ),
    )
    const eachItem = once(() =>
      each(
        (row) => columns[own[row]!]!,
        (_, draw) => columns[draw]!,
      ),
    )
    const event = once(() =>
      each(
        (row) => rows[row]!,
        () => -1,
      ),
    )
    // a negative is another item in the same event: inputs of the event must not tell it from the positive
    const within = once(() =>
      each(
        (row) => rows[row]!,
        (row) => rows[row]!,
      ),
    )
    const excluded = marksObserved ? observedColumns(rows, drawn) : undefined
    const positive = once(() => marked(rows.length, width, () => 0, 1, excluded))
    const logQs = corrected && {
      own: Float32Array.from(itemList, (item, k) => corrected.logQ(userList[k]!, item)),
      negatives: Float32Array.from(drawn, (item) => corrected.logQ(-1, item)),
    }
    const sampled: SampledBatch = {
      batch: {
        users: users.axis,
        items: { entities },
        columns,
        get user() {
          return eachUser()
        },
        get item() {
          return eachItem()
        },
        get events() {
          return within()
        },
        pairs,
        shared: { negatives, user: users.index, own },
      },
      examples: rows.length,
      scores: [rows.length, width],
      values: (ofEvents) => byEvent(event())(ofEvents),
      get positive() {
        return positive()
      },
      shared: { ...(excluded ? { excluded } : {}), ...(logQs ? { logQ: logQs } : {}) },
      reads: () => {
        const byUser = new Float32Array(users.axis.entities.length)
        for (const entry of users.index) byUser[entry]! += reads.user
        const byItem = new Float32Array(entities.length)
        for (const column of own) byItem[columns[column]!]! += reads.item
        return readsOf(pairs, width, event, { user: byUser, item: byItem })
      },
    }
    const withLogQ = {
      get logQ() {
        const out = new Float32Array(pairs)
        for (let row = 0; row < rows.length; row++) {
          out[row * width] = logQs!.own[row]!
          out.set(logQs!.negatives, row * width + 1)
        }
        return out
      },
    }
    return logQs ? extended(sampled, withLogQ) : sampled
  }

  /** Columns of a grid whose item its row's user has, row by row. */
  const observedColumns = (rows: Int32Array, itemList: Int32Array): Sparse => {
    // the columns of each item, as linked lists
    const next = new Int32Array(itemList.length)
    for (let column = itemList.length - 1; column >= 0; column--) {
      const slot = itemList[column]! + 1
      next[column] = itemSlots[slot]!
      itemSlots[slot] = column
    }
    const start = new Int32Array(rows.length + 1)
    const index = new Int32Array(rows.length * itemList.length)
    let count = 0
    /** By the items of a user. */
    const fromItems = (from: number, to: number) => {
      stamp++
      for (let place = from; place < to; place++) {
        const item = owned.index[place]!
        // an item that a user has twice counts once
        if (stamps[item] === stamp) continue
        stamps[item] = stamp
        for (let column = itemSlots[item + 1]!; column >= 0; column = next[column]!) index[count++] = column
      }
    }
    /** By the columns: quicker for a user of many items. */
    const fromColumns = (user: number) => {
      for (let column = 0; column < itemList.length; column++)
        if (sampler!.isObserved(user, itemList[column]!)) index[count++] = column
    }
    rows.forEach((row, k) => {
      const user = events.user[row]!
      const [from, to] = [owned.start[user] ?? 0, owned.start[user + 1] ?? 0]
      if (4 * (to - from) < itemList.length) fromItems(from, to)
      else fromColumns(user)
      start[k + 1] = count
    })
    for (const item of itemList) itemSlots[item + 1] = -1
    return { start, index: index.slice(0, count) }
  }

  /** The labels of a grid whose columns are `values`: the distinct items of a list by `index`, or all of its items. */
  const gridOf = (
    rows: Int32Array,
    own: Int32Array,
    { values, index }: { values: Int32Array; index?: Int32Array },
  ): Grid => {
    const excludes = examples.negatives?.exclude === 'observed'
    return {
      own: index ? own.map((column) => index[column]!) : own,
      ...(excludes ? { excluded: observedColumns(rows, values) } : {}),
      ...(corrected?.itemLogQ ? { logQ: Float32Array.from(values, corrected.itemLogQ) } : {}),
      ...(index ? { distinct: repeats(index, values.length) } : {}),
    }
  }

  /** The first entry of each distinct value, and how often it occurs. */
  const repeats = (index: Int32Array, count: number) => {
    const entries = new Int32Array(count)
    const counts = new Float32Array(count)
    for (let entry = index.length - 1; entry >= 0; entry--) {
      entries[index[entry]!] = entry
      counts[index[entry]!]!++
    }
    return { entries, counts }
  }

  /** A grid: the user of every example with every item of a list. Arrays of its size are made when they are read. */
  const crossed = (rows: Int32Array, itemList: Int32Array, own: Int32Array): SampledBatch => {
    const width = itemList.length
    const pairs = rows.length * width
    const userList = rows.map((row) => events.user[row]!)
    // each item is one entry, however many examples have it
    const entries = withHistory.item || itemList === everyItem ? undefined : distinct(itemList, itemSlots)
    const entryOf = entries ? (column: number) => entries.index[column]! : (column: number) => column
    const each = (value: (row: number, column: number) => number, out: Int32Array | Float32Array) => {
      for (let row = 0, pair = 0; row < rows.length; row++)
        for (let column = 0; column < width; column++, pair++) out[pair] = value(row, column)
      return out
    }
    const eachRow = once(() => each((row) => row, new Int32Array(pairs)) as Int32Array)
    const eachColumn = once(() => each((_, column) => entryOf(column), new Int32Array(pairs)) as Int32Array)
    const within = once(() => each((row) => rows[row]!, new Int32Array(pairs)) as Int32Array)
    const event = once(() => {
      const out = new Int32Array(pairs).fill(-1)
      for (let row = 0; row < rows.length; row++) out[row * width + own[row]!] = rows[row]!
      return out
    })
    const positive = once(() => {
      const excluded = examples.negatives?.exclude === 'observed' ? observedColumns(rows, itemList) : undefined
      return marked(rows.length, width, (row) => own[row]!, 0, excluded)
    })
    const logQs = once(
      () =>
        each(
          (row, column) => corrected!.logQ(userList[row]!, itemList[column]!),
          new Float32Array(pairs),
        ) as Float32Array,
    )
    const sampled: SampledBatch = {
      batch: {
        users: withHistory.user ? { entities: userList, events: rows } : { entities: userList },
        items: withHistory.item ? { entities: itemList, events: rows } : { entities: entries?.values ?? itemList },
        ...(entries ? { columns: entries.index } : {}),
        get user() {
          return eachRow()
        },
        get item() {
          return eachColumn()
        },
        get events() {
          return within()
        },
        pairs,
        grid: true,
      },
      examples: rows.length,
      scores: [rows.length, width],
      values: (ofEvents) => byEvent(event())(ofEvents),
      get positive() {
        return positive()
      },
      ...(corrected && !corrected.itemLogQ ? {} : { grid: gridOf(rows, own, entries ?? { values: itemList }) }),
      reads: () => {
        const byItem = new Float32Array(entries?.values.length ?? width)
        for (const column of own) byItem[entryOf(column)]! += reads.item
        return readsOf(pairs, width, event, { user: filled(rows.length, reads.user), item: byItem })
      },
    }
    const withLogQ = {
      get logQ() {
        return logQs()
      },
    }
    return corrected ? extended(sampled, withLogQ) : sampled
  }

  // items without training events are no negatives: nobody could meet them
  const met = itemCounts(events, items.ids.count)
  const everyItem = Int32Array.from(met.keys()).filter((item) => met[item]! > 0)
  const columnOf = new Int32Array(items.ids.count)
  everyItem.forEach((item, column) => {
    columnOf[item] = column
  })
  const samplers: Readonly<Record<Examples['items'], BatchSampler['sample']>> = {
    own: (rows, random, step) => paired(rows, 1, random, step),
    none: (rows, random, step) => paired(rows, 1, random, step),
    sampled: (rows, random, step) =>
      shared && !withHistory.item ? sharing(rows, random, step) : paired(rows, 1 + count * hard, random, step),
    'in-batch': (rows) =>
      crossed(
        rows,
        rows.map((row) => events.item[row]!),
        rows.map((_, k) => k),
      ),
    all: (rows) =>
      crossed(
        rows,
        everyItem,
        rows.map((row) => columnOf[events.item[row]!]!),
      ),
  }
  const positives = program.positives(heads[0]!)
  const sample = samplers[examples.items]
  if (!positives) return { count: events.count, sample }
  return {
    count: positives.length,
    sample: (chosen, random, step) => sample(taken(positives, chosen), random, step),
  }
}
