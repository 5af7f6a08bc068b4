import { literal, rows } from './duckdb.js'
import { openLines, relation } from './lines.js'
import { moment, type Open, parsed } from './source.js'

/** No line of JSON holds this character, so a line is a row of one column. */
const LINE = { delimiter: '\u0001', quote: '', encoding: 'utf-8', header: false, width: 1 } as const

/** Opens a file with a JSON object in each line; a list becomes its entries joined by "|". */
export const openJsonl: Open = async (engine, table) => {
  const lines = await openLines(engine, table.path, { ...LINE, encoding: table.encoding })
  const from = relation(lines, LINE)
  // json_type throws on what is no JSON, and AND promises no order
  const trusted = "coalesce(json_type(CASE WHEN json_valid(c0) THEN c0 END) = 'OBJECT', false)"
  const keys = await rows(
    engine,
    `SELECT key, min(place) FROM (SELECT unnest(json_keys(c0)) AS key, row_number() OVER () AS place FROM (SELECT c0 FROM ${from} WHERE ${trusted} LIMIT 20480)) GROUP BY key ORDER BY min(place)`,
  )
  const names = keys.map(([key]) => String(key))
  const columns = table.columns ?? names
  const column = (index: number) => {
    const at = literal(`$."${(names[index] ?? '').replaceAll('"', '\\"')}"`)
    return `CASE WHEN json_type(c0, ${at}) = 'ARRAY' THEN array_to_string(json_extract_string(c0, ${at.slice(0, -1)}[*]'), '|') ELSE json_extract_string(c0, ${at}) END`
  }
  const fields = names.map((_, index) => `CASE WHEN ${trusted} THEN ${column(index)} END AS f${index}`)
  return {
    ...lines,
    table,
    columns,
    relation: `(SELECT ${[`${trusted} AS trusted`, ...fields].join(', ')} FROM ${from})`,
    trusted: 'trusted',
    text: (index) => `f${index}`,
    number: (index) => parsed(`f${index}`),
    time: (index) => moment(`f${index}`),
  }
}
