import { type Dataset, type Events, eventColumn } from '../dataset/dataset.js'
import type { Graph } from '../graph/graph.js'
import { targetColumns } from '../program/target.js'

/** Columns that inputs, histories and targets of a graph may read of events. */
const readColumns = ({ inputs, heads }: Graph): ReadonlySet<string> => {
  const names = [
    ...[...inputs.values()].map(({ column, definition }) => (definition.reads === 'column' ? column : undefined)),
    ...[...inputs.values()].map(({ definition, params }) => definition.window?.(params).column),
    ...[...heads.values()].map(({ target }) => target?.column),
    ...[...heads.values()].flatMap((head) => Object.values(targetColumns(head))),
  ]
  return new Set(names.filter((name) => name !== undefined))
}

/**
 * A data set without the columns of events that a graph never reads: every split would copy them. Where a column is missing
 * they stay, for the message that says so lists them.
 */
export const pruneColumns = (data: Dataset, graph: Graph): Dataset => {
  const read = readColumns(graph)
  const has = (name: string) =>
    eventColumn(data.events, name) !== undefined || [data.users, data.items].some(({ columns }) => columns.has(name))
  if (![...read].every(has)) return data
  const kept = (events: Events): Events => ({
    ...events,
    columns: new Map([...events.columns].filter(([name]) => read.has(name))),
  })
  return { ...data, events: kept(data.events), ...(data.test ? { test: kept(data.test) } : {}) }
}
