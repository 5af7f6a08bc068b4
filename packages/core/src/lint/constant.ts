import { valueCounts } from './cells.js'
import { called, grouped, type Rule } from './finding.js'

/** A column with one value in all of its rows says nothing. */
export const constant: Rule = function* ({ columns }) {
  for (const one of columns) {
    const { present, counts } = valueCounts(one.column, one.rows)
    if (counts.size !== 1 || present < 2) continue
    yield {
      rule: 'constant',
      message: `${called(one)} has the same value "${[...counts.keys()][0]}" in all ${grouped(present)} rows that have one`,
      hint: 'it tells nothing apart: leave it out',
      entity: one.entity,
      column: one.name,
      count: present,
    }
  }
}
