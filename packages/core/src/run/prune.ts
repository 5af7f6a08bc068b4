import { type Dataset, type Events, eventColumn } from '../dataset/dataset.js'
import type { Graph } from '../graph/graph.js'
import { targetColumns } from '../program/target.js'

/** Event columns that inputs, histories and targets of a graph may read. */
const readColumns = ({ inputs, heads }: Graph): ReadonlySet<string> => {
  const names = [
    ...[...inputs.values()].flatMap(({ columns }) => columns),
    ...[...inputs.values()].map(({ definition, params }) => definition.window?.(params).column),
    ...[...heads.values()].map(({ target }) => target?.column),
    ...[...heads.values()].flatMap((head) => Object.values(targetColumns(head))),
  ]
  return new Set(names.filter((name) => name !== undefined))
}

/**
 * A data set without the event columns that a graph never reads, because every split copies columns. Unchanged where a
 * column is missing: the error message lists all columns.
 */
export const pruneColumns = (data: Dataset, graph: Graph): Dataset => {
  const read = readColumns(graph)
  const has = (name: string) =>
    eventColumn(data.events, name) !== undefined || [data.users, data.items].some(({ columns }) => columns.has(name))
  if (![...read].every(has)) return data
  const pruned = (events: Events): Events => ({
    ...events,
    columns: new Map([...events.columns].filter(([name]) => read.has(name))),
  })
  return { ...data, events: pruned(data.events), ...(data.test ? { test: pruned(data.test) } : {}) }
}
