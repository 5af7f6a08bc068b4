import { learnInput } from '../program/encode.js'
import { valueCounts } from './cells.js'
import { called, grouped, type Rule } from './finding.js'

/** Rows below which a column of distinct values is no surprise. */
const FEW = 10

/** An input that gives each row of a table a row of its own is an id in disguise. */
export const unique: Rule = function* ({ columns, data, graph }) {
  for (const one of columns) {
    const { input, rows } = one
    if (!graph || !input || input.definition.gives !== 'rows' || input.shape.length > 0) continue
    const { present, counts } = valueCounts(one.column, rows)
    if (present < FEW || counts.size < 0.95 * present) continue
    const { height } = learnInput(input, graph.plugins, data, undefined)
    if (height < 0.95 * counts.size) continue
    yield {
      rule: 'unique',
      message: `${called(one)} has ${grouped(counts.size)} different values in ${grouped(present)} rows, and input "${input.name}" gives each a row of its own`,
      hint: 'it is an id in disguise: leave it out, or read what rows have in common',
      entity: one.entity,
      column: one.name,
      count: counts.size,
    }
  }
}
