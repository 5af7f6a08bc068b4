import { cell } from '../dataset/column.js'
import type { Entities } from '../dataset/dataset.js'
import { type Finding, grouped, type Rule } from './finding.js'

/** Users and items of tables that have no events, and of events that have no row in their table. */
export const coverage: Rule = function* ({ data: { users, items, events } }) {
  yield* ofSide('user', users, events.user)
  yield* ofSide('item', items, events.item)
}

function* ofSide(entity: 'user' | 'item', { ids, columns }: Entities, owner: Int32Array): Iterable<Finding> {
  if (columns.size === 0) return
  const met = new Uint8Array(ids.count)
  for (const index of owner) if (index >= 0) met[index] = 1
  const described = (index: number) => [...columns.values()].some((column) => cell(column, index) !== undefined)
  const [silent, unknown] = [
    { count: 0, id: '' },
    { count: 0, id: '' },
  ]
  for (let index = 0; index < ids.count; index++) {
    const list = met[index] === 0 ? silent : described(index) ? undefined : unknown
    if (list && list.count++ === 0) list.id = ids.at(index)
  }
  const of = `${grouped(ids.count)} ${entity}s`
  if (silent.count > 0)
    yield {
      rule: 'coverage',
      message: `${grouped(silent.count)} of ${of} have no events, such as "${silent.id}"`,
      hint: 'an id without events is not trained; their columns are',
      entity,
      count: silent.count,
    }
  if (unknown.count > 0)
    yield {
      rule: 'coverage',
      message: `${grouped(unknown.count)} of ${of} have events, and no row in the table of ${entity}s, such as "${unknown.id}"`,
      hint: 'all of their columns are missing: is the id of the table the one that the events have?',
      entity,
      count: unknown.count,
    }
}
