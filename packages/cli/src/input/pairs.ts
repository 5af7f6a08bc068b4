import type { Column, Events, Ids, Model } from '@recspec/core'
import type { Host } from '../host.js'
import { loadDataset } from './dataset.js'

/** Pairs of a file, in its order: ids as they are written, and indices in the model, −1 where it does not know them. */
export interface Pairs {
  readonly count: number
  /** The users and items of the file have ids; a file without such a column has none. */
  readonly users: readonly string[] | undefined
  readonly items: readonly string[] | undefined
  readonly events: Events
}

/** Reads a file of pairs with all of its columns; rejected rows are printed with their reasons. */
export const readPairs = async (host: Host, path: string, model: Model): Promise<Pairs> => {
  const { dataset } = await loadDataset(host, { data: path })
  const { events } = dataset
  const written = (ids: Ids, indices: Int32Array) =>
    ids.count === 0 ? undefined : Array.from(indices, (index) => ids.at(index))
  const users = written(dataset.users.ids, events.user)
  const items = written(dataset.items.ids, events.item)
  const known = (ids: Ids, texts: readonly string[] | undefined) =>
    Int32Array.from({ length: events.count }, (_, row) => (texts ? ids.indexOf(texts[row]!) : -1))
  return {
    count: events.count,
    users,
    items,
    events: {
      ...events,
      user: known(model.users.ids, users),
      item: known(model.items.ids, items),
      columns: withMissing(events, model),
    },
  }
}

/** The columns of the events, and those that the model reads of events and the file does not have, missing. */
const withMissing = ({ columns, count }: Events, { graph }: Model): ReadonlyMap<string, Column> => {
  const found = new Map(columns)
  for (const { entity, columns: read } of graph.inputs.values())
    for (const name of entity === 'event' ? read : [])
      if (!found.has(name)) found.set(name, { kind: 'number', values: new Float64Array(count).fill(Number.NaN) })
  return found
}
