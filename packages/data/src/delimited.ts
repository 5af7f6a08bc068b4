import { DataError } from './error.js'
import { openLines, relation } from './lines.js'
import { moment, type Open, parsed } from './source.js'

/** Opens CSV, TSV and their kin. */
export const openDelimited: Open = async (engine, table) => {
  const lines = await openLines(engine, table.path, {
    ...table,
    ...(!table.header && table.columns ? { width: table.columns.length } : {}),
  })
  const found = lines.header?.fieldTexts ?? Array.from({ length: lines.width }, (_, index) => `column${index + 1}`)
  const columns = table.columns ?? found.map((name) => name.trim())
  if (lines.header && columns.length !== found.length)
    throw new DataError('columns', `expected ${columns.length} columns, got ${found.length}: ${found.join(', ')}`, {
      file: table.path,
      line: lines.header.line,
    })
  const column = (index: number) => `c${index}`
  return {
    ...lines,
    table,
    columns,
    relation: relation(lines, table),
    trusted: 'true',
    text: column,
    number: (index) => parsed(column(index)),
    time: (index) => moment(column(index)),
  }
}
