import { type Events, Failure, type Head, type Program, type Quadratic } from '@recspec/core'

/**
 * Observed cells in compressed rows of one side, in the kernels' memory; rows and indices count from 1, as in tables.
 * Row r has the places start[r] … start[r + 1] − 1.
 */
export interface Cells {
  /** [entities + 2]. */
  readonly start: Int32Array
  /** [cells]: the row of the other side. */
  readonly index: Int32Array
  /** [cells]: the head's weight times the weight of the quadratic loss. */
  readonly weight: Float32Array
  /** [cells]: the target of the terms: the score target less what constants of the pair add. */
  readonly target: Float32Array
}

/** Observed cells by user and by item. */
export interface ObservedCells {
  readonly count: number
  readonly user: Cells
  readonly item: Cells
  /** [count], cells by user: the target of the whole score, what constants of the pair add included. */
  readonly scoreTargets: Float32Array
  /** [count], r of each cell by user; absent where the head has no target. */
  readonly ratings?: Float32Array
}

/**
 * The training events as weighted squares. Where unobserved cells count, the events of a cell are merged into one whose
 * r is their sum; otherwise each event is an example of its own. `scale` is the head's weight, `constants` [events]
 * what is added to the terms of each event's score. Throws where a target gives no finite weight.
 */
export const observedCells = (
  program: Program,
  head: Head,
  quadratic: Quadratic,
  scale: number,
  constants?: Float32Array,
): ObservedCells => {
  const { dataset, kernels } = program
  const { events } = dataset
  const targets = program.target(head)
  const counted = program.positives(head) ?? Int32Array.from(events.user.keys())
  const order = eventsByCell(counted, events, dataset.users.ids.count, dataset.items.ids.count)
  const merges = (quadratic.unobserved ?? 0) > 0

  const user = new Int32Array(order.length)
  const item = new Int32Array(order.length)
  const r = new Float32Array(order.length)
  const eventConstants = constants && Float32Array.from(order, (event) => constants[event]!)
  const scoreTargets = new Float32Array(order.length)
  let count = 0
  for (const event of order) {
    const same = merges && count > 0 && user[count - 1] === events.user[event] && item[count - 1] === events.item[event]
    if (!same) {
      user[count] = events.user[event]!
      item[count] = events.item[event]!
      count++
    }
    r[count - 1]! += targets ? targets[event]! : 1
  }

  const arrays = (entities: number): Cells => ({
    start: kernels.int32(entities + 2),
    index: kernels.int32(count),
    weight: kernels.float32(count),
    target: kernels.float32(count),
  })
  const byUser = arrays(dataset.users.ids.count)
  const byItem = arrays(dataset.items.ids.count)
  fillRowStarts(byUser.start, user.subarray(0, count))
  fillRowStarts(byItem.start, item.subarray(0, count))
  const next = byItem.start.slice()
  for (let cell = 0; cell < count; cell++) {
    const weight = scale * quadratic.weight(r[cell]!)
    scoreTargets[cell] = quadratic.target(r[cell]!)
    const target = scoreTargets[cell]! - (eventConstants?.[cell] ?? 0)
    if (!(weight >= 0 && Number.isFinite(Math.fround(weight)) && Number.isFinite(Math.fround(target))))
      throw new Failure(
        'data',
        `target ${r[cell]} of user "${dataset.users.ids.at(user[cell]!)}" gives no finite weight`,
        'weighted squares need weights from 0; leave such rows out, or change the parameters of the loss',
      )
    byUser.index[cell] = item[cell]! + 1
    byUser.weight[cell] = weight
    byUser.target[cell] = target
    const place = next[item[cell]! + 1]!++
    byItem.index[place] = user[cell]! + 1
    byItem.weight[place] = weight
    byItem.target[place] = target
  }
  return {
    count,
    user: byUser,
    item: byItem,
    scoreTargets: scoreTargets.subarray(0, count),
    ...(targets && { ratings: r.subarray(0, count) }),
  }
}

/** Sets `start` of compressed rows that count from 1; row 0 is empty. */
const fillRowStarts = (start: Int32Array, entities: Int32Array) => {
  for (const entity of entities) start[entity + 2]!++
  for (let row = 1; row < start.length; row++) start[row]! += start[row - 1]!
}

/** Those of some events whose user and item are known, ordered by user, then item, then event. */
const eventsByCell = (rows: Int32Array, { user, item }: Events, users: number, items: number): Int32Array => {
  const known = rows.filter((event) => user[event]! >= 0 && item[event]! >= 0)
  return countingSort(countingSort(known, item, items), user, users)
}

/** A stable counting sort. */
const countingSort = (events: Int32Array, keys: Int32Array, count: number): Int32Array => {
  const next = new Int32Array(count + 1)
  for (const event of events) next[keys[event]! + 1]!++
  for (let key = 0; key < count; key++) next[key + 1]! += next[key]!
  const out = new Int32Array(events.length)
  for (const event of events) out[next[keys[event]!]!++] = event
  return out
}
