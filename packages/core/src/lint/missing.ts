import { valueCounts } from './cells.js'
import { called, grouped, type Rule } from './finding.js'

/** A column of which more than half of the cells are missing. */
export const missing: Rule = function* ({ columns }) {
  for (const one of columns) {
    const { present } = valueCounts(one.column, one.rows)
    if (one.rows < 2 || 2 * present >= one.rows) continue
    yield {
      rule: 'missing',
      message: `${called(one)} is missing in ${grouped(one.rows - present)} of ${grouped(one.rows)} rows`,
      hint: 'is the id of the table the one that the events have?',
      entity: one.entity,
      column: one.name,
      count: one.rows - present,
    }
  }
}
