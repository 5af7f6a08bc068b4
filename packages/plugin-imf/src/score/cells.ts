import type { Head, Program, Quadratic } from '@recspec/core'

/** Observed cells by row of one side; rows and indices count from 1, as in tables. Arrays live in the kernels' memory. */
export interface Cells {
  readonly start: Int32Array
  readonly index: Int32Array
  readonly weight: Float32Array
  readonly target: Float32Array
}

/** Observed cells by user and by item. */
export interface Observed {
  readonly count: number
  readonly user: Cells
  readonly item: Cells
  /** What a score has to come to in each cell by user, constants of the pair included; `target` is what is left for the terms. */
  readonly goals: Float32Array
  /** r of each cell by user; absent where the head has no target. */
  readonly values?: Float32Array
}

/**
 * The training events as weighted squares. Where unobserved cells count, events of one cell are one cell whose r is their
 * sum (plays add up); otherwise each event is an example of its own. `constants`: what every event's score has besides terms.
 */
export const observe = (
  program: Program,
  head: Head,
  quadratic: Quadratic,
  scale: number,
  constants?: Float32Array,
): Observed => {
  const { dataset, kernels } = program
  const { events } = dataset
  const given = program.target(head)
  const order = byCell(events.user, events.item, dataset.users.ids.count, dataset.items.ids.count)
  const merges = (quadratic.unobserved ?? 0) > 0

  const user = new Int32Array(order.length)
  const item = new Int32Array(order.length)
  const r = new Float32Array(order.length)
  const beside = constants && Float32Array.from(order, (event) => constants[event]!)
  const goals = new Float32Array(order.length)
  let count = 0
  for (const event of order) {
    const same = merges && count > 0 && user[count - 1] === events.user[event] && item[count - 1] === events.item[event]
    if (!same) {
      user[count] = events.user[event]!
      item[count] = events.item[event]!
      count++
    }
    r[count - 1]! += given ? given[event]! : 1
  }

  const arrays = (entities: number): Cells => ({
    start: kernels.int32(entities + 2),
    index: kernels.int32(count),
    weight: kernels.float32(count),
    target: kernels.float32(count),
  })
  const byUser = arrays(dataset.users.ids.count)
  const byItem = arrays(dataset.items.ids.count)
  countRows(byUser.start, user.subarray(0, count))
  countRows(byItem.start, item.subarray(0, count))
  const next = byItem.start.slice()
  for (let cell = 0; cell < count; cell++) {
    const weight = scale * quadratic.weight(r[cell]!)
    goals[cell] = quadratic.target(r[cell]!)
    const target = goals[cell]! - (beside?.[cell] ?? 0)
    if (!(weight >= 0 && weight < Infinity && Number.isFinite(target)))
      throw new Error(
        `target ${r[cell]} of user "${dataset.users.ids.at(user[cell]!)}" gives no finite weight and goal`,
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
    goals: goals.subarray(0, count),
    ...(given && { values: r.subarray(0, count) }),
  }
}

/** start[row] … start[row + 1] for rows from 1; row 0 is empty. */
const countRows = (start: Int32Array, entities: Int32Array) => {
  for (const entity of entities) start[entity + 2]!++
  for (let row = 1; row < start.length; row++) start[row]! += start[row - 1]!
}

/** Events of known users and items, ordered by user, then item, then event. */
const byCell = (user: Int32Array, item: Int32Array, users: number, items: number): Int32Array => {
  const known = user.map((_, event) => event).filter((event) => user[event]! >= 0 && item[event]! >= 0)
  return sorted(sorted(known, item, items), user, users)
}

/** A stable counting sort. */
const sorted = (events: Int32Array, keys: Int32Array, count: number): Int32Array => {
  const next = new Int32Array(count + 1)
  for (const event of events) next[keys[event]! + 1]!++
  for (let key = 0; key < count; key++) next[key + 1]! += next[key]!
  const out = new Int32Array(events.length)
  for (const event of events) out[next[keys[event]!]!++] = event
  return out
}
