import type { Column, Entities } from '@recspec/core'
import { distinct, fields, place } from './columns.js'
import type { Engine } from './duckdb.js'
import { DataError } from './error.js'
import { gathered, keys } from './gather.js'
import { stream } from './rows.js'
import type { Source } from './source.js'
import type { Vocabulary } from './vocabulary.js'

/** The rows of a column put where their ids are; missing elsewhere. */
const spread = (column: Column, at: Int32Array, count: number): Column => {
  if (column.kind === 'text') {
    const codes = new Int32Array(count).fill(-1)
    at.forEach((index, row) => {
      if (index >= 0) codes[index] = column.codes[row]!
    })
    return { ...column, codes }
  }
  const values = new Float64Array(count).fill(Number.NaN)
  at.forEach((index, row) => {
    if (index >= 0) values[index] = column.values[row]!
  })
  return { kind: 'number', values }
}

const repeats = (at: Int32Array, ids: Vocabulary): { twice: number; example: string } => {
  const seen = new Uint8Array(ids.count)
  let twice = 0
  let example = ''
  for (const index of at) {
    if (index < 0) continue
    if (seen[index] === 1 && twice++ === 0) example = ids.at(index)
    seen[index] = 1
  }
  return { twice, example }
}

/** Entities of which nothing is known but who they are. */
export const bare = (ids: Vocabulary): Entities => ({ ids, columns: new Map() })

/** Reads an entity table; its ids that are not known yet are added when `learns`, else its row is left out. */
export const readEntities = async (
  engine: Engine,
  source: Source,
  ids: Vocabulary,
  learns: boolean,
): Promise<Entities> => {
  const { table, columns } = source
  distinct(source)
  const named = ['id', table.purpose === 'users' ? 'user' : 'item'].find((name) => columns.includes(name))
  const id = place(source, table.id ?? named ?? 1, 'id')!
  const name = place(source, table.name ?? ['title', 'name'].find((name) => columns.includes(name)), '')
  const others = await fields(engine, source, new Set([id]), 1)
  // a name is what people call something, whatever it looks like
  const typed = others.map((field) => (field.index === name ? { ...field, kind: 'text' as const } : field))

  const key = keys(1, columns[id]!, ids, learns)
  const rest = typed.map((field, order) => gathered(field, 2 + order))
  const select = [source.text(id), ...typed.map(({ index, kind }) => source[kind](index))]
  await stream(engine, source, select, [key, ...rest])
  const at = key.all()
  const { twice, example } = repeats(at, ids)
  if (twice > 0)
    throw new DataError(
      'duplicate-ids',
      `duplicate id "${example}" in column "${columns[id]}", ${twice} rows too many`,
      {
        file: table.path,
        hint: `name the key: "${table.purpose}": { "id": "…" }`,
      },
    )
  return {
    ids,
    columns: new Map(typed.map(({ name }, order) => [name, spread(rest[order]!.all(), at, ids.count)])),
    ...(name === undefined || name === id ? {} : { nameColumn: columns[name]! }),
  }
}
