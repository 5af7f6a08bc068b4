import { createHash } from 'node:crypto'
import type { Column, Dataset, Entities, Events } from '@recspec/core'

/** SHA-256 of a text, in hexadecimal. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** SHA-256 of all that a data set says: ids, columns, events, test rows, candidates and vectors. */
export const hashOfData = ({ users, items, events, test, candidates, validationUsers, vectors }: Dataset): string => {
  const hash = createHash('sha256')
  const text = (value: string) => void hash.update(`${value.length}:${value}`)
  const numbers = (values: ArrayBufferView) =>
    void hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  const columns = (named: ReadonlyMap<string, Column>) => {
    for (const [name, column] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) {
      text(name)
      if (column.kind === 'text') for (const value of column.values) text(value)
      numbers(column.kind === 'text' ? column.codes : column.values)
    }
  }
  const entities = (of: Entities) => {
    for (let row = 0; row < of.ids.count; row++) text(of.ids.at(row))
    columns(of.columns)
  }
  const rows = (of: Events | undefined) => {
    text(`${of?.count}`)
    if (!of) return
    for (const values of [of.user, of.item, ...(of.time ? [of.time] : [])]) numbers(values)
    columns(of.columns)
  }
  entities(users)
  entities(items)
  rows(events)
  rows(test)
  for (const values of candidates ? [candidates.user, candidates.item, candidates.start, candidates.lists] : [])
    numbers(values)
  if (validationUsers) numbers(validationUsers)
  for (const [name, { values }] of vectors ?? []) {
    text(name)
    numbers(values)
  }
  return hash.digest('hex')
}
