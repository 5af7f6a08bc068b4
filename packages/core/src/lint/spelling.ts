import type { Ids } from '../dataset/ids.js'
import { valueCounts } from './cells.js'
import { called, type Finding, grouped, type Rule } from './finding.js'

/** Ids, and values of columns, that differ only in case or in surrounding blanks. */
export const spelling: Rule = function* ({ data, columns }) {
  for (const [entity, { ids }] of [['user', data.users] as const, ['item', data.items] as const])
    yield* found(allIds(ids), `${entity} ids`, { entity })
  for (const one of columns) {
    if (one.column.kind !== 'text') continue
    const { counts } = valueCounts(one.column, one.rows)
    const values = [...counts.keys()].map(String)
    yield* found(values, `values of ${called(one)}`, { entity: one.entity, column: one.name })
  }
}

function* allIds(ids: Ids): Iterable<string> {
  for (let index = 0; index < ids.count; index++) yield ids.at(index)
}

function* found(values: Iterable<string>, what: string, where: Pick<Finding, 'entity' | 'column'>): Iterable<Finding> {
  const first = new Map<string, string>()
  let count = 0
  let example: readonly [string, string] | undefined
  for (const value of values) {
    const folded = value.trim().toLowerCase()
    const before = first.get(folded)
    if (before === undefined) first.set(folded, value)
    else if (before !== value) {
      count++
      example ??= [before, value]
    }
  }
  if (!example) return
  yield {
    rule: 'spelling',
    message: `${grouped(count)} ${what} differ from others only in case or blanks, such as "${example[0]}" and "${example[1]}"`,
    hint: 'they count as different; write them alike where they mean the same',
    ...where,
    count,
  }
}
