import { targetColumns } from '../program/target.js'
import { grouped, type Rule } from './finding.js'

/** Columns that neither inputs nor targets of the graph read. */
export const unread: Rule = function* ({ data, graph }) {
  if (!graph) return
  const read = new Set([
    ...[...graph.inputs.values()].flatMap(({ columns }) => columns),
    ...[...graph.inputs.values()].flatMap(({ definition, params }) => definition.window?.(params).column ?? []),
    ...[...graph.heads.values()].flatMap((head) => [
      ...(head.target ? [head.target.column] : []),
      ...Object.values(targetColumns(head)),
    ]),
  ])
  const sides = [
    ['user', data.users.columns, data.users.nameColumn],
    ['item', data.items.columns, data.items.nameColumn],
    ['event', data.events.columns, undefined],
  ] as const
  const unread = sides.flatMap(([side, columns, named]) =>
    [...columns.keys()].filter((name) => name !== named && !read.has(name)).map((name) => `${side} "${name}"`),
  )
  if (unread.length === 0) return
  const shown = unread.slice(0, 8).join(', ')
  const more = unread.length > 8 ? ` and ${grouped(unread.length - 8)} more` : ''
  yield {
    rule: 'unread',
    message: `${grouped(unread.length)} columns are not read by the document: ${shown}${more}`,
    hint: 'an input with the name of a column reads it',
    count: unread.length,
  }
}
