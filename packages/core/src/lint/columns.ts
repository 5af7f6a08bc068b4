import type { Column } from '../dataset/column.js'
import { type Dataset, eventColumn } from '../dataset/dataset.js'
import type { Graph } from '../graph/graph.js'
import type { LintedColumn } from './finding.js'

/** The columns that the inputs of a graph read, or all columns of a data set. */
export const columnsOf = (data: Dataset, graph: Graph | undefined): readonly LintedColumn[] => {
  const sources = {
    user: { rows: data.users.ids.count, of: (name: string) => data.users.columns.get(name) },
    item: { rows: data.items.ids.count, of: (name: string) => data.items.columns.get(name) },
    event: { rows: data.events.count, of: (name: string) => eventColumn(data.events, name) },
  }
  if (graph)
    return [...graph.inputs.values()].flatMap((input): LintedColumn[] => {
      if (input.definition.reads !== 'column') return []
      const own = sources[input.entity].of(input.column)
      // an event column that is constant per entity
      const entity = own ? input.entity : 'event'
      const column = own ?? sources.event.of(input.column)
      return column ? [{ entity, name: input.column, column, rows: sources[entity].rows, input }] : []
    })
  const all = (entity: 'user' | 'item' | 'event', columns: ReadonlyMap<string, Column>) =>
    [...columns].map(([name, column]) => ({ entity, name, column, rows: sources[entity].rows }))
  return [...all('user', data.users.columns), ...all('item', data.items.columns), ...all('event', data.events.columns)]
}
